import type { Command } from 'commander';
import type { ModelSummary } from '../../../../contract/commands.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import { registerAdopt } from './models-adopt.ts';
import { registerCompare } from './models-compare.ts';
import { isBroken, modelTable } from '../output/models.ts';
import { size } from '../output/words.ts';

export function registerModels(program: Command, act: Act): void {
  const models = program.command('models').description('the networks that do the work');
  models.command('list').description('all models and their state').action(act(list));
  models
    .command('verify')
    .description('hash every model file again and prove that it loads')
    .action(act(verify));
  models
    .command('fetch')
    .description('download a pinned model of the catalog')
    .argument('<id>', 'as "models list" names it')
    .option('--from <folder or URL>', 'take it from another place than the catalog says')
    .action(act(fetch));
  models
    .command('import')
    .description("add somebody else's detector or encoder")
    .argument('<file>', 'the ONNX file')
    .option('--manifest <json>', 'how to feed it and what it gives; proposed for known families')
    .option('--id <id>', 'what to call it, where the manifest is proposed')
    .option('--propose', 'only print the manifest that fits, to be corrected by hand')
    .action(act(importModel));
  models
    .command('use')
    .description('choose the model of its role that is used from now on')
    .argument('<id>', 'as "models list" names it')
    .action(act(use));
  registerAdopt(models, act);
  registerCompare(models, act);
}

async function list({ dispatch }: CommandContext): Promise<Answer> {
  const result = await dispatch('models.list', {});
  return { json: result, text: (paint) => modelTable(result.models, paint) };
}

async function verify({ dispatch }: CommandContext): Promise<Answer> {
  const result = await dispatch('models.verify', {});
  const answer: Answer = { json: result, text: (paint) => modelTable(result.models, paint) };
  return result.ok ? answer : { ...answer, failure: await brokenModels(result.models) };
}

async function brokenModels(models: readonly ModelSummary[]) {
  const { LikenessError } = await import('../../../../contract/errors.ts');
  const broken = models.filter(isBroken).map(({ id, state }) => ({ id, state }));
  const named = broken.map(({ id, state }) => `${id} is ${state}`).join(', ');
  const remedy = 'Build or fetch them again.';
  return new LikenessError('model_corrupt', `Not every model is sound: ${named}. ${remedy}`, {
    details: { models: broken },
  });
}

async function fetch(
  { dispatch }: CommandContext,
  id: string,
  { from }: { readonly from?: string },
): Promise<Answer> {
  const result = await dispatch('models.fetch', { id, ...(from === undefined ? {} : { from }) });
  const { model, resumedFrom } = result;
  const resumed = resumedFrom > 0 ? `, resumed at ${size(resumedFrom)}` : '';
  const said = `Fetched ${model.id} (${size(model.bytes)}${resumed}); its hash is right.`;
  return { json: result, text: () => said };
}

async function importModel(
  { dispatch }: CommandContext,
  file: string,
  options: { readonly manifest?: string; readonly id?: string; readonly propose?: true },
): Promise<Answer> {
  const result = await dispatch('models.import', { file, ...options });
  const { model, manifest, family } = result;
  if (model === null) return { json: result, text: () => JSON.stringify(manifest, undefined, 2) };
  const taken = family === null ? '' : ` It was taken for ${family}.`;
  const said =
    `Imported the ${model.role} ${model.id}.${taken} ` +
    `To use it from now on: likeness models use ${model.id}`;
  return { json: result, text: () => said };
}

async function use({ dispatch }: CommandContext, id: string): Promise<Answer> {
  const result = await dispatch('models.use', { id });
  return { json: result, text: () => `The ${result.model.role} is now ${result.model.id}.` };
}
