import path from 'node:path'

/** Where things lie, from the bundle's folder (out/main) and Electron's resources folder. */
export function places(bundle: string, resourcesPath: string, packaged: boolean) {
  const root = path.resolve(bundle, '..', '..')
  const shipped = packaged ? resourcesPath : root
  return {
    preload: path.join(root, 'out', 'preload', 'preload.cjs'),
    worker: path.join(root, 'out', 'main', 'worker.js'),
    renderer: path.join(root, 'out', 'renderer'),
    models: path.join(shipped, 'models'),
    resources: path.join(shipped, 'resources'),
  }
}
