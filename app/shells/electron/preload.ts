// Process: preload, in the sandbox of the window.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { createBridge } from './bridge.ts';

contextBridge.exposeInMainWorld('likeness', createBridge(ipcRenderer, webUtils));
