/** The gunungan, the leaf-shaped figure that opens a shadow play. The same drawing as resources/icons/icon.svg. */
export function Mark({ size = 32 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="136 48 240 392" aria-hidden="true">
      <path
        className="mark-leaf"
        d="M256 64c14 58 108 128 108 246 0 40-22 66-52 74H200c-30-8-52-34-52-74C148 192 242 122 256 64Z"
      />
      <path
        className="mark-veins"
        d="M256 384V220m0 132c0-44 26-62 56-72m-56 72c0-44-26-62-56-72m56 10c0-34 18-50 38-60m-38 60c0-34-18-50-38-60"
      />
      <path className="mark-foot" d="M176 416h160" />
    </svg>
  )
}
