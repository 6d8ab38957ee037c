/** What a session can be opened from. */
export type GraphSource =
  | {
      kind: 'file'
      path: string
      /** put behind the file's bytes: outputs that the exporter left out */
      addition?: Uint8Array
      /** weights stay as they lie in the file: ONNX Runtime makes no copies of them in the order of its kernels */
      asStored?: boolean
      /** written by this program: where its weights lie need not be looked at before it opens */
      own?: boolean
    }
  | {
      /** a graph built or read in memory */
      kind: 'bytes'
      bytes: Uint8Array
      /** what the failures name: the checkpoint that the weights lie in */
      path: string
      /** initialisers are byte ranges of files below this folder; absent when they are all inside `bytes` */
      folder?: string
    }
