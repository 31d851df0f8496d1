import {
  countTemplates,
  findPersonByName,
  insertPerson,
  insertTemplate,
  openStore,
} from '../store.ts';
import { NOW, template } from './samples.ts';

// A process of its own: writes templates 0 … count − 1 above `offset` for one shared person.
const [dataDir, offset, count] = process.argv.slice(2);
const store = openStore({ dataDir: dataDir! });
for (let seed = Number(offset); seed < Number(offset) + Number(count); seed++) {
  store.write((tables) => {
    const person = findPersonByName(tables, 'Anna') ?? insertPerson(tables, 'Anna', NOW);
    insertTemplate(tables, template(person.id, seed));
  });
}
console.log(store.read(countTemplates));
store.close();
