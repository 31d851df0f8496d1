import type { ModelManifest, ModelRole } from '../../../contract/manifest.ts';

/** A file of the network, pinned to one content. */
export interface PinnedFile {
  /** What it is called in a folder that is given with `--from`, and while it is being fetched. */
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What becomes of a download: an ONNX file and its manifest. */
export interface InstallableModel {
  readonly onnx: Uint8Array;
  readonly manifest: ModelManifest;
}

/** A model that is fetched on the user's word, in one or several files. */
export interface PinnedDownload {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly role: ModelRole;
  readonly license: string;
  /** Where the weights come from, for a person. */
  readonly source: string;
  readonly files: readonly PinnedFile[];
  /** Turns the verified files, by name, into the model that is installed. */
  readonly assemble: (files: ReadonlyMap<string, Uint8Array>) => Promise<InstallableModel>;
}

export const totalBytes = (download: PinnedDownload): number =>
  download.files.reduce((sum, file) => sum + file.bytes, 0);
