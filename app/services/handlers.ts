import * as access from './access.ts';
import { exportActivity, listActivity } from './activity.ts';
import { exportAttendance, listAttendance } from './attendance.ts';
import { adoptModel, listStrangers, undoAdoption } from './adoption.ts';
import { createBackup, restoreBackup } from './backup.ts';
import { browse } from './browse.ts';
import { applyCalibration, lastCalibration, outlook } from './calibration/kept.ts';
import { runCalibration } from './calibration/run.ts';
import { compareModels } from './comparison.ts';
import type { Handlers } from './context.ts';
import { detect } from './detect.ts';
import { doctor, systemStatus } from './doctor.ts';
import { enroll } from './enrollment/enroll.ts';
import { importFolder } from './enrollment/import-folder.ts';
import { lastEvaluation, runEvaluation } from './evaluation.ts';
import { gradGraph, showGraph } from './graphs.ts';
import { identify } from './identify.ts';
import { lock, setPin, unlock } from './kiosk/commands.ts';
import * as live from './live/look.ts';
import { fetchModel, importModel, listModels, useModel, verifyModels } from './models.ts';
import { rejectFace, takeBackRejection } from './mix-ups/reject.ts';
import * as people from './people.ts';
import { addPicture, showPicture } from './pictures.ts';
import { allowFolder, listFolders, removeFolder } from './programs.ts';
import { similarPeople } from './similar-people.ts';
import { enrollSamples, listSamples, listSampleStyles, removeSamples } from './samples.ts';
import { confirmRetention, showRetentionHold } from './retention.ts';
import { getSettings, setSettings } from './settings.ts';
import * as styling from './painting/commands.ts';
import { trainEncoder, trainStyleEncoder, trainTriplets, trainVerifier } from './training.ts';
import { undoPeople } from './undo.ts';
import { verify } from './verify.ts';

/** Command by command, who carries it out. */
export const handlers: Handlers = {
  'faces.detect': detect,
  'enrollment.enroll': enroll,
  'enrollment.importFolder': importFolder,
  'identification.identify': identify,
  'verification.verify': verify,
  'people.list': people.listPeople,
  'people.show': people.showPerson,
  'people.rename': people.renamePerson,
  'people.merge': people.mergePeople,
  'people.similar': similarPeople,
  'people.hide': people.hidePerson,
  'people.choosePortrait': people.choosePortrait,
  'people.split': people.splitPerson,
  'people.removeTemplate': people.removeTemplate,
  'people.reject': rejectFace,
  'people.unreject': takeBackRejection,
  'people.noteConsent': people.noteConsent,
  'people.portraits': people.showPortraits,
  'people.delete': people.deletePerson,
  'people.undo': undoPeople,
  'models.list': listModels,
  'models.verify': verifyModels,
  'models.fetch': fetchModel,
  'models.import': importModel,
  'models.use': useModel,
  'models.strangers': listStrangers,
  'models.adopt': adoptModel,
  'models.undoAdoption': undoAdoption,
  'models.compare': compareModels,
  'evaluation.run': runEvaluation,
  'evaluation.last': lastEvaluation,
  'calibration.run': runCalibration,
  'calibration.last': lastCalibration,
  'calibration.apply': applyCalibration,
  'calibration.outlook': outlook,
  'live.look': live.look,
  'live.end': live.end,
  'system.status': systemStatus,
  'settings.get': getSettings,
  'settings.set': setSettings,
  'activity.list': listActivity,
  'activity.export': exportActivity,
  'activity.overdue': showRetentionHold,
  'activity.expire': confirmRetention,
  'attendance.list': listAttendance,
  'attendance.export': exportAttendance,
  'kiosk.setPin': setPin,
  'kiosk.lock': lock,
  'kiosk.unlock': unlock,
  'access.listKeys': access.listKeys,
  'access.createKey': access.createKey,
  'access.revokeKey': access.revokeKey,
  'access.listFolders': listFolders,
  'access.allowFolder': allowFolder,
  'access.removeFolder': removeFolder,
  'backup.create': createBackup,
  'backup.restore': restoreBackup,
  'files.browse': browse,
  'pictures.add': addPicture,
  'pictures.show': showPicture,
  'samples.list': listSamples,
  'samples.styles': listSampleStyles,
  'samples.enroll': enrollSamples,
  'samples.remove': removeSamples,
  'styling.estimate': styling.estimate,
  'styling.create': styling.create,
  'styling.list': styling.list,
  'styling.show': styling.show,
  'styling.wait': styling.wait,
  'styling.pause': styling.pause,
  'styling.resume': styling.resume,
  'styling.cancel': styling.cancel,
  'styling.export': styling.exportPainting,
  'styling.remove': styling.remove,
  'styling.recall': styling.recall,
  'training.encoder': trainEncoder,
  'training.styleEncoder': trainStyleEncoder,
  'training.triplets': trainTriplets,
  'training.verifier': trainVerifier,
  'graph.show': showGraph,
  'graph.grad': gradGraph,
  'diagnostics.doctor': doctor,
};
