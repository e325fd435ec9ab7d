//! A renderer that is asked for each thing only once.
//!
//! One run may look at a release several times: on both sides of a comparison, and again as it learns what depends on what. Charts may also draw passwords or look at the
//! clock, which makes every answer another one: asked once, both sides show the same where nothing changes. Must not know who renders.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use sha2::{Digest, Sha256};

use super::{
    Release,
    render::{ChartContent, Printed, RenderError, Renderer},
};
use crate::schema::value_to_json;

/// What is known, or is being found out, by what it depends on.
type Answers = HashMap<[u8; 32], Arc<OnceLock<Result<Printed, RenderError>>>>;

/// Remembers what another renderer gave, for as long as it lives.
pub struct Remembered<R> {
    renderer: R,
    answers: Mutex<Answers>,
}

impl<R: Renderer> Remembered<R> {
    /// Remembers for this one.
    pub fn new(renderer: R) -> Self {
        Self { renderer, answers: Mutex::default() }
    }
}

impl<R: Renderer> Renderer for Remembered<R> {
    fn render(&self, chart: &ChartContent, release: &Release) -> Result<Printed, RenderError> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = Arc::clone(answers.entry(key(chart, release)).or_default());
        drop(answers);
        // Whoever asks for the same meanwhile waits for it.
        answer.get_or_init(|| self.renderer.render(chart, release)).clone()
    }
}

/// A hash of all that templates can depend on. Each part is led by its length, so that none can be taken for two.
fn key(chart: &ChartContent, release: &Release) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    match chart {
        ChartContent::Archive(bytes) => part(bytes),
        ChartContent::Files(files) => {
            part(b"files");
            for (path, content) in files {
                part(path.as_str().as_bytes());
                part(content);
            }
        }
    }
    part(format!("{:?}", (&release.name, &release.namespace, &release.kube_version, &release.api_versions)).as_bytes());
    part(format!("{:?}", (release.include_crds, release.skip_tests, release.skip_schema)).as_bytes());
    part(format!("{:?}", release.chart_values_files).as_bytes());
    part(value_to_json(&release.values).to_string().as_bytes());
    hash.finalize().into()
}
