/**
 * JSON as Python writes it: Infinity, -Infinity and NaN stand bare in many published scheduler_config.json
 * ("lambda_min_clipped": -Infinity). They become strings, which is how strict JSON spells them here.
 * Throws SyntaxError.
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const strict = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/gs, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    )
    if (strict === text) throw error
    return JSON.parse(strict)
  }
}
