//! The bundled blueprints: each passes its own check, and each of its tests gives the expected tree.

use treewright::blueprint::{catalogue, check};

#[test]
fn the_bundled_blueprints_are_well() {
    for name in catalogue::bundled_names().into_iter().chain(catalogue::component_names()) {
        let blueprint = catalogue::bundled(&name).expect(&name).unwrap_or_else(|problems| panic!("{problems}"));
        // The check runs the tests.
        assert_eq!(check(&blueprint).to_string(), "", "{name}");
    }
}
