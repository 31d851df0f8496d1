import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { vgg19 } from '../../native-models/catalog/downloads.ts';
import { readOnnx } from '../../native-models/onnx/read.ts';
import { operators } from '../../native-models/ops/registry.ts';
import type { StyleEncoder } from '../../native-models/style/encoder.ts';
import { builtInModels } from '../measure/product.ts';
import { vgg19Folder } from './paintings.ts';

export async function loadFilterBank(): Promise<StyleEncoder> {
  const file = path.join(builtInModels, 'filter-bank');
  const manifest = JSON.parse(await readFile(`${file}.json`, 'utf8')) as StyleEncoder['manifest'];
  return { manifest, graph: readOnnx(await readFile(`${file}.onnx`), operators) };
}

/** Null where its files are not there. */
export async function loadVgg19(): Promise<StyleEncoder | null> {
  const folder = vgg19Folder();
  if (folder === null) return null;
  const contents = new Map<string, Uint8Array>();
  for (const { name } of vgg19.files) contents.set(name, await readFile(path.join(folder, name)));
  const { onnx, manifest } = await vgg19.assemble(contents);
  return { manifest: manifest as StyleEncoder['manifest'], graph: readOnnx(onnx, operators) };
}
