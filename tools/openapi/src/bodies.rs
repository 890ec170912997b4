use utoipa::openapi::{Components, RefOr, Schema, path::Operation, schema::AdditionalProperties};

/// Requests with a member that the route does not know are refused.
pub(crate) fn close(operation: &Operation, components: &mut Components) {
    let Some(RefOr::T(body)) = &operation.request_body else { return };
    let contents = body.content.values().filter_map(|content| match content {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
    });
    for schema in contents {
        let RefOr::Ref(reference) = schema else { continue };
        let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(name) {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}
