use utoipa::openapi::{Components, Content, RefOr, Schema, path::Operation, schema::AdditionalProperties};

/// Documents that a request with an unknown member is rejected, and that an optional body may be
/// absent but not null.
pub(crate) fn reject_unknown_members(operation: &mut Operation, components: &mut Components) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    for content in body.content.values_mut() {
        let RefOr::T(Content { schema: Some(schema), .. }) = content else { continue };
        if let RefOr::T(Schema::OneOf(or_null)) = schema
            && let Some(named) = or_null.items.iter().find(|item| matches!(item, RefOr::Ref(_)))
        {
            *schema = named.clone();
        }
        let RefOr::Ref(reference) = schema else { continue };
        let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(name) {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}
