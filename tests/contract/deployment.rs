//! Functions behind routes have an alias and a gradual deployment; all others change at once.

use functions::{INVOKED, TRIGGERED};
use serde_json::{Value, json};

use super::functions_in_template;
use crate::support::template::template;

#[test]
fn exactly_the_functions_with_routes_have_versions_and_gradual_deployments() {
    let template = template();
    let globals = &template["Globals"]["Function"];
    assert_eq!([&globals["AutoPublishAlias"], &globals["Description"]], [&json!("live"), &json!({"Ref": "Release"})]);
    for (name, properties) in functions_in_template() {
        let has_route = !INVOKED.iter().chain(TRIGGERED).any(|other| *other == name);
        // Without a version description, a changed parameter changes the function but publishes no version.
        let expected = if has_route { [Value::Null, json!({"Ref": "Release"})] } else { [json!(""), Value::Null] };
        let declared = ["AutoPublishAlias", "VersionDescription"].map(|property| properties[property].clone());
        assert_eq!(declared, expected, "{name}");
        // Four roles share the deployments; the template's globals set everything else.
        let preference = properties["DeploymentPreference"].as_object().into_iter().flatten();
        let settings: Vec<_> =
            preference.map(|(name, value)| (name.as_str(), value.is_object() || value == false)).collect();
        let expected: &[&[(&str, bool)]] = if has_route { &[&[], &[("Role", true)]] } else { &[&[("Enabled", true)]] };
        assert!(expected.contains(&settings.as_slice()), "{name}: {settings:?}");
    }
}
