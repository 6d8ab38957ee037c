import type { EventName, EventValue, Handlers } from '../contract/api.ts'

/** The studio as a host sees it. */
export type Studio = {
  handlers: Handlers
  /** Every event of the contract, to be sent to every connected client. */
  onEvent(listener: <Name extends EventName>(name: Name, value: EventValue<Name>) => void): () => void
  /**
   * Bytes by URL, the same relative URLs in every host:
   *   GET  /media/image/<id>            the picture (PNG)      ?w=320 a thumbnail (WebP)
   *                                     blurred while it is covered, unless ?shown=1
   *   GET  /media/preview/<job>?n=…     live preview (WebP/PNG)
   *   GET  /export/<ticket>             a file or a ZIP, as an attachment
   *   POST /media/input?name=…          body: a picture file -> 201 {id,width,height,told}; kept as an input;
   *                                                         with &incognito=1 in the session's memory only
   *   POST /media/import?name=…         body: a picture file -> 201 {id,…} or 200 {duplicate: true}
   *   POST /media/mask                  body: a PNG mask     -> 201 {id,width,height}
   * Failures are JSON `Failure` values with status 4xx/5xx.
   */
  handleMedia(request: Request): Promise<Response>
  /** The system locked or went to sleep: closes the vault where a passphrase protects it, else does nothing. */
  lock(): Promise<void>
  /** A guard of the host stopped something that wanted to leave this machine. */
  recordBlockedRequest(address: string, origin: string): void
  /** Finishes or interrupts what runs, closes the database, lets the lock go. */
  close(): Promise<void>
}
