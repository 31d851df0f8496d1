import { identifyHandlers } from './identify.ts';
import { peopleHandlers } from './people.ts';
import { studioHandlers } from './studio.ts';
import { enrollmentHandlers } from './enrollment/enroll.ts';
import { importHandlers } from './enrollment/import-folder.ts';
import { similarPeopleHandlers } from './similar-people.ts';
import { modelsHandlers } from './models.ts';
import { adoptionHandlers } from './adoption.ts';
import { comparisonHandlers } from './comparison.ts';
import { detectionHandlers } from './detection-evaluation.ts';
import { evaluationHandlers } from './evaluation.ts';
import { calibrationHandlers } from './calibration/run.ts';
import { keptCalibrationHandlers } from './calibration/kept.ts';
import { liveHandlers } from './live/look.ts';
import { doctorHandlers } from './doctor.ts';
import { settingsHandlers } from './settings.ts';
import { activityHandlers } from './activity.ts';
import { retentionHandlers } from './retention.ts';
import { attendanceHandlers } from './attendance.ts';
import { kioskHandlers } from './kiosk/commands.ts';
import { accessHandlers } from './access.ts';
import { programsHandlers } from './programs.ts';
import { backupHandlers } from './backup.ts';
import { browseHandlers } from './browse.ts';
import { picturesHandlers } from './pictures.ts';
import { samplesHandlers } from './samples.ts';
import { paintingHandlers } from './painting/commands.ts';
import type { Handlers } from './context.ts';

/** Who carries out each command; services give theirs, and the type says where one is missing. */
export const handlers: Handlers = {
  ...enrollmentHandlers,
  ...importHandlers,
  ...identifyHandlers,
  ...peopleHandlers,
  ...studioHandlers,
  ...similarPeopleHandlers,
  ...modelsHandlers,
  ...adoptionHandlers,
  ...comparisonHandlers,
  ...detectionHandlers,
  ...evaluationHandlers,
  ...calibrationHandlers,
  ...keptCalibrationHandlers,
  ...liveHandlers,
  ...doctorHandlers,
  ...settingsHandlers,
  ...activityHandlers,
  ...retentionHandlers,
  ...attendanceHandlers,
  ...kioskHandlers,
  ...accessHandlers,
  ...programsHandlers,
  ...backupHandlers,
  ...browseHandlers,
  ...picturesHandlers,
  ...samplesHandlers,
  ...paintingHandlers,
};
