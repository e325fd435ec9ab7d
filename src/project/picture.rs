//! The picture of a repository, from what a project knows.
//!
//! Owns nothing but the way from there to here. Must not know how it is drawn.

use super::Project;
use crate::{
    cluster::ComposedRelease,
    diagnostic::Label,
    graph::{
        Picture,
        picture::{Parts, Place, links, value_links},
    },
    helm::Release,
    manifest::RenderedObject,
    yaml::Origin,
};

impl Project {
    /// The picture of the repository.
    pub fn picture(&self) -> Picture {
        let objects: Vec<&RenderedObject> = self.model.objects.iter().collect();
        let mut links = links(&objects);
        links.extend(value_links(&self.asking(), &|source| self.chart(source).ok()));
        let line = |label: &Label| self.text(&label.path).map_or(1, |text| text.line_at(label.span.start as usize));
        let place_of_label = |label: &Label| Place { path: label.path.clone(), line: line(label) };
        Picture::of(&Parts {
            clusters: &self.model.clusters,
            units: &self.model.units,
            links: &links,
            objects: &objects,
            place: &|origin: Origin| self.session.label(origin, "").map(|label| place_of_label(&label)),
            place_of_label: &place_of_label,
        })
    }

    /// The releases, each with the object that asks for it: one of the unit that applies the HelmRelease, or of the unit above an Application.
    fn asking(&self) -> Vec<(usize, &Release)> {
        let object_of = |release: &ComposedRelease| {
            let unit = self.model.units.get(release.unit)?;
            let above = unit.parent.and_then(|parent| self.model.units.get(parent));
            let is_asking = |at: &usize| self.model.objects.get(*at).is_some_and(|one| one.id == release.declared);
            let near = std::iter::once(unit).chain(above).flat_map(|unit| unit.objects.clone());
            // An Application that nobody applies stands in a file.
            let is_root = |at: &usize| self.model.objects.get(*at).is_some_and(|one| one.origin() == unit.origin);
            near.chain((0..self.model.objects.len()).filter(is_root)).find(is_asking)
        };
        self.model.releases.iter().filter_map(|one| Some((object_of(one)?, &one.release))).collect()
    }
}
