/** The owners of images: who holds one, and that those who are gone are forgotten. */
import type { ImageRepository } from '../../app/redirects/repository';
import { ImageOwners } from '../../app/store/image-owners';
import { createDocument, imageId, parseRepository } from '../redirects/documents';

const createOwner = (...ids: string[]): ImageRepository =>
  parseRepository(createDocument(1, { images: ids.map((id) => ({ id })), tags: {} })) as ImageRepository;

it('are forgotten when they go, image by image', async () => {
  const owners = new ImageOwners();
  const [first, second] = [createOwner(imageId(1), 'short'), createOwner(imageId(1))];
  await owners.add(first);
  await owners.add(second);

  expect([...owners.find(imageId(1))]).toEqual([first, second]);

  await owners.remove(first);

  expect([...owners.find(imageId(1))]).toEqual([second]);
  expect([...owners.find('short')]).toEqual([]);

  await owners.remove(second);
  await owners.remove(second);

  expect([...owners.find(imageId(1))]).toEqual([]);
});

it('let other work run between a thousand images and the next', async () => {
  const owners = new ImageOwners();
  const repository = createOwner(...Array.from({ length: 3500 }, (_, number) => imageId(number)));
  const addition = { isDone: false };
  const done = owners.add(repository).then(() => {
    addition.isDone = true;
  });
  let turns = 0;
  for (; !addition.isDone; turns++) await new Promise((resolve) => setImmediate(resolve));
  await done;

  expect(turns).toBeGreaterThanOrEqual(3);
});
