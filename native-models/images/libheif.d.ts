/** What `heic-worker.ts` calls of libheif, as Emscripten exports it. */
declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  interface Failure {
    readonly code: unknown;
    readonly message: string;
  }
  interface Decoded {
    readonly image: unknown;
    readonly channels: readonly {
      readonly id: unknown;
      readonly width: number;
      readonly height: number;
      /** Bytes of a row. */
      readonly stride: number;
      readonly data: Uint8Array;
    }[];
  }
  interface Libheif {
    readonly HEAPU32: Uint32Array;
    readonly heif_error_code: { readonly heif_error_Ok: unknown };
    readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
    readonly heif_chroma: {
      readonly heif_chroma_interleaved_RGB: unknown;
      readonly heif_chroma_interleaved_RGBA: unknown;
    };
    readonly _heif_get_global_security_limits: () => number;
    readonly heif_context_alloc: () => unknown;
    readonly heif_context_read_from_memory: (context: unknown, bytes: Uint8Array) => Failure;
    readonly heif_js_context_get_primary_image_handle: (context: unknown) => object;
    readonly heif_image_handle_get_width: (handle: object) => number;
    readonly heif_image_handle_get_height: (handle: object) => number;
    readonly heif_image_handle_has_alpha_channel: (handle: object) => boolean | number;
    readonly heif_js_decode_image2: (
      handle: object,
      colorspace: unknown,
      chroma: unknown,
    ) => Promise<Failure | Decoded> | Failure | Decoded;
  }
  const create: (options?: {
    readonly print?: (line: string) => void;
    readonly printErr?: (line: string) => void;
  }) => Promise<Libheif>;
  export default create;
}
