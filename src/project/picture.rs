//! The picture of a repository, from what a project knows.
//!
//! Owns nothing but the way from there to here. Must not know how it is drawn.

use super::Project;
use crate::{
    diagnostic::Label,
    graph::{
        Picture,
        picture::{Parts, Place, links},
    },
    manifest::RenderedObject,
    yaml::Origin,
};

impl Project {
    /// The picture of the repository.
    pub fn picture(&self) -> Picture {
        let objects: Vec<&RenderedObject> = self.model.objects.iter().collect();
        let line = |label: &Label| self.text(&label.path).map_or(1, |text| text.line_at(label.span.start as usize));
        let place_of_label = |label: &Label| Place { path: label.path.clone(), line: line(label) };
        Picture::of(&Parts {
            clusters: &self.model.clusters,
            units: &self.model.units,
            links: &links(&objects),
            objects: &objects,
            place: &|origin: Origin| self.session.label(origin, "").map(|label| place_of_label(&label)),
            place_of_label: &place_of_label,
        })
    }
}
