import { LikenessError } from '../../contract/errors.ts';
import { findPersonByName, insertActivity } from '../../db/store.ts';
import { activity } from './kept-settings.ts';
import type { Handler } from './context.ts';

export const undoPeople: Handler<'people.undo'> = ({ store, gallery, undos, now }, { ticket }) => {
  const { name, undo } = undos.take(ticket);
  const person = store.write((tables) => {
    const holder = name && findPersonByName(tables, name.name);
    if (holder !== undefined && holder.id !== name?.of)
      throw new LikenessError(
        'person_exists',
        `Somebody else is named ${holder.name} by now (number ${holder.id}). Rename them first.`,
        { details: { name: holder.name, personId: holder.id } },
      );
    const id = undo(tables);
    insertActivity(tables, activity('undone', id, {}, now()));
    return id;
  });
  gallery.forget();
  return { person };
};
