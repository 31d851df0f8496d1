import type { Handler } from '../context.ts';

export const setPin: Handler<'kiosk.setPin'> = async ({ kiosk }, { pin, current }) => {
  await kiosk.set(pin, current);
  return {};
};

export const unlock: Handler<'kiosk.unlock'> = async ({ kiosk }, { pin }) => {
  await kiosk.check(pin);
  return {};
};
