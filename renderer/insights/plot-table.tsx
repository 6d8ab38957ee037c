import { useLocale } from '../locales/context'

type PlotTableProps = { caption: string; columns: readonly string[]; rows: readonly (readonly string[])[] }

/** The numbers of a plot as a table, for whoever reads better that way. */
export function PlotTable({ caption, columns, rows }: PlotTableProps) {
  const { t } = useLocale()
  return (
    <details className="plot-table">
      <summary>{t('insights.asTable')}</summary>
      <div className="plot-table-frame">
        <table>
          <caption className="hidden-text">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([head = '', ...cells]) => (
              <tr key={head}>
                <th scope="row">{head}</th>
                {cells.map((cell, column) => (
                  <td key={columns[column + 1]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
