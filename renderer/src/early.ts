/**
 * Runs ahead of the window's own script: the camera comes up while that is still being read. Only
 * where it is sure to be wanted and allowed; a question should not come before the window it is about.
 */
import { openEarly } from './media/camera.ts';

const { camera } = document.documentElement.dataset;
const beginsLive = /^(#\/?(live)?)?$/u.test(location.hash);
if (camera !== undefined && beginsLive)
  void navigator.permissions.query({ name: 'camera' }).then(({ state }) => {
    if (state === 'granted') openEarly(decodeURIComponent(camera));
  });
