use utoipa::openapi::{Components, Content, RefOr, Schema, path::Operation, schema::AdditionalProperties};

/// Requests with a member that the route does not know are refused; and a body that may be missing may still not be null.
pub(crate) fn close(operation: &mut Operation, components: &mut Components) {
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
