import path from 'node:path'
import type { Dialog, OpenDialogOptions } from 'electron'

type Open = Pick<Dialog, 'showOpenDialog'>

/** dontAddToRecent: no list of the system may learn where somebody keeps pictures. */
const always = ['dontAddToRecent'] as const satisfies OpenDialogOptions['properties']

export async function chooseFolder(dialog: Open): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({
    properties: [...always, 'openDirectory', 'createDirectory'],
  })
  return filePaths[0] ?? null
}

export async function chooseBackup(dialog: Open): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({
    properties: [...always, 'openFile'],
    filters: [{ name: 'Sanggar', extensions: ['sanggarbackup', 'sanggar-backup'] }],
  })
  return filePaths[0] ?? null
}

/**
 * A model is a file or a folder. Only macOS has a dialog for both; elsewhere a folder is chosen by its
 * model_index.json.
 */
export async function chooseModel(
  dialog: Open,
  platform: NodeJS.Platform = process.platform,
): Promise<string | null> {
  const both = platform === 'darwin' ? (['openDirectory'] as const) : []
  const extensions = ['safetensors', 'gguf', 'onnx', 'json', 'ckpt', 'pt', 'pth']
  const { filePaths } = await dialog.showOpenDialog({
    properties: [...always, 'openFile', ...both],
    filters: [{ name: 'Models', extensions }],
  })
  const chosen = filePaths[0] ?? null
  return chosen !== null && path.basename(chosen) === 'model_index.json' ? path.dirname(chosen) : chosen
}
