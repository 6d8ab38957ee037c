import { Component, type ErrorInfo, type ReactNode } from 'react'
import { Button } from '../components/button'
import { createLocale } from '../locales/translate'

type Props = { language: 'en' | 'id'; children: ReactNode }
type State = { error: Error | undefined; where: string }

const sound: State = { error: undefined, where: '' }

/**
 * What is shown when a screen breaks. The library is another process' or another room's matter: nothing of it is lost,
 * drafts are kept as they are typed, and jobs go on. (React knows error boundaries as classes alone.)
 */
export class CrashScreen extends Component<Props, State> {
  override state: State = sound

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override componentDidCatch(_error: unknown, { componentStack }: ErrorInfo): void {
    this.setState({ where: componentStack ?? '' })
  }

  override render(): ReactNode {
    const { error, where } = this.state
    if (error === undefined) return this.props.children
    const { t } = createLocale(this.props.language)
    // Names of functions and files of the program; a message may quote a word, so it is shown before it is copied.
    const details = `${error.name}: ${error.message}\n${error.stack ?? ''}\n${where}`.trim()
    return (
      <main className="crash" role="alert">
        <h1>{t('crash.title')}</h1>
        <p>{t('crash.text')}</p>
        <div className="row wrap">
          <Button tone="primary" label={t('crash.again')} onClick={() => this.setState(sound)} />
          <Button label={t('crash.reload')} onClick={() => location.reload()} />
          <Button label={t('crash.copy')} onClick={() => void navigator.clipboard.writeText(details)} />
        </div>
        <textarea readOnly spellCheck={false} rows={14} aria-label={t('crash.details')} value={details} />
        <p className="soft">{t('crash.safe')}</p>
      </main>
    )
  }
}
