//! The reader's folder, and what was achieved in it. Nothing of the repository is edited.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use heapbook_engine::project::Project;
use heapbook_engine::scenario::{Corpus, Exercise};
use heapbook_model::now;
use serde::{Deserialize, Serialize};

use crate::project::{cannot_write, write};

/// The folder's usual name, which git ignores.
const FOLDER: &str = "workbook";

/// The file that keeps what was achieved.
const PROGRESS: &str = "progress.json";

/// The file of the project that names the folder, if it is not the usual one.
const POINTER: &str = "workbook";

/// A reader's folder.
pub(crate) struct Workbook {
    folder: PathBuf,
    progress: Progress,
}

/// What was achieved, by exercise.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Progress {
    exercises: BTreeMap<String, Achieved>,
}

/// What was achieved in one exercise.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Achieved {
    /// When it was first passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passed_at: Option<String>,
    /// How many hints were shown.
    #[serde(default)]
    hints: usize,
}

impl Workbook {
    /// The folder that was started last.
    ///
    /// # Errors
    /// When what was achieved cannot be read.
    pub(crate) fn open(project: &Project) -> anyhow::Result<Self> {
        let pointed = fs::read_to_string(project.scratch().join(POINTER)).ok();
        let folder = pointed.map_or_else(
            || project.root.join(FOLDER),
            |path| PathBuf::from(path.trim_end()),
        );
        let file = folder.join(PROGRESS);
        let progress = match fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} is damaged: mend it, or move it away", file.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Progress::default(),
            Err(error) => return Err(anyhow!(error).context(format!("cannot read {}", file.display()))),
        };
        Ok(Workbook { folder, progress })
    }

    /// Puts the exercises into a folder, and remembers it; what is there already stays as it is.
    ///
    /// # Errors
    /// When something cannot be written.
    pub(crate) fn start(
        project: &Project,
        folder: Option<PathBuf>,
        exercises: &[&Exercise],
    ) -> anyhow::Result<Self> {
        let folder = folder.map_or_else(|| Ok(project.root.join(FOLDER)), std::path::absolute)?;
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot write {}: name another folder", folder.display()))?;
        write(&project.scratch().join(POINTER), &folder.display().to_string())?;
        let workbook = Workbook::open(project)?;
        for exercise in exercises {
            let file = workbook.file(exercise);
            if !file.exists() {
                workbook.put_beginning(exercise)?;
            }
        }
        Ok(workbook)
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that the reader edits.
    pub(crate) fn file(&self, exercise: &Exercise) -> PathBuf {
        self.folder.join(exercise.scenario()).join(exercise.file())
    }

    /// Whether it was ever passed.
    pub(crate) fn is_passed(&self, exercise: &Exercise) -> bool {
        let achieved = self.progress.exercises.get(&exercise.name());
        achieved.is_some_and(|achieved| achieved.passed_at.is_some())
    }

    /// What was achieved in the exercises of a corpus.
    pub(crate) fn achieved_in(&self, corpus: &Corpus) -> heapbook_report::Achieved {
        let scenarios = corpus.scenarios.iter();
        let exercises = scenarios.flat_map(|scenario| &scenario.exercises);
        let names =
            |is: &dyn Fn(&&Exercise) -> bool| exercises.clone().filter(is).map(Exercise::name).collect();
        heapbook_report::Achieved {
            passed: names(&|exercise| self.is_passed(exercise)),
            started: names(&|exercise| self.file(exercise).is_file()),
        }
    }

    /// In a word or two.
    pub(crate) fn state(&self, exercise: &Exercise) -> &'static str {
        match (self.is_passed(exercise), self.file(exercise).is_file()) {
            (true, _) => "passed",
            (false, true) => "started",
            (false, false) => "not started",
        }
    }

    /// Keeps that an exercise was passed.
    pub(crate) fn passed(&mut self, exercise: &Exercise) -> anyhow::Result<()> {
        self.achieved(exercise).passed_at.get_or_insert_with(now);
        self.keep()
    }

    /// The number of the hint that is to be shown, from 0; the last one again once all were shown.
    pub(crate) fn next_hint(&mut self, exercise: &Exercise) -> anyhow::Result<usize> {
        let achieved = self.achieved(exercise);
        let shown = achieved.hints.min(exercise.hints.len() - 1);
        achieved.hints = shown + 1;
        self.keep()?;
        Ok(shown)
    }

    /// Puts the beginning back, and gives where the answer went, if it was another.
    pub(crate) fn reset(&self, exercise: &Exercise) -> anyhow::Result<Option<PathBuf>> {
        let file = self.file(exercise);
        let answer = fs::read(&file).ok();
        let changed = answer.is_some_and(|answer| fs::read(exercise.starter()).ok() != Some(answer));
        let kept = changed
            .then(|| file.with_extension(format!("{}.kept", file.extension().unwrap_or_default().display())));
        if let Some(kept) = &kept {
            fs::rename(&file, kept).with_context(|| cannot_write(kept))?;
        }
        self.put_beginning(exercise)?;
        Ok(kept)
    }

    fn put_beginning(&self, exercise: &Exercise) -> anyhow::Result<()> {
        let file = self.file(exercise);
        write(&file, &read(&exercise.starter())?)
    }

    fn achieved(&mut self, exercise: &Exercise) -> &mut Achieved {
        self.progress.exercises.entry(exercise.name()).or_default()
    }

    fn keep(&self) -> anyhow::Result<()> {
        write(
            &self.folder.join(PROGRESS),
            &serde_json::to_string_pretty(&self.progress)?,
        )
    }
}

/// The text of a file of the project's.
pub(crate) fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file)
        .with_context(|| format!("cannot read {}: restore it from the repository", file.display()))
}
