import type { Handler, Handlers } from '../context.ts';

export const setPin: Handler<'kiosk.setPin'> = async ({ kiosk }, { pin, current }) => {
  await kiosk.set(pin, current);
  return {};
};

/** Nobody at a kiosk is to find in memory what somebody has just deleted. */
export const lock: Handler<'kiosk.lock'> = ({ kiosk, undos }) => {
  kiosk.lock();
  undos.clear();
  return {};
};

export const unlock: Handler<'kiosk.unlock'> = async ({ kiosk }, { pin }) => {
  await kiosk.unlock(pin);
  return {};
};

export const kioskHandlers = {
  'kiosk.setPin': setPin,
  'kiosk.lock': lock,
  'kiosk.unlock': unlock,
} satisfies Partial<Handlers>;
