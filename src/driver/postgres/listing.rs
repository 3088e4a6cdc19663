use crate::driver::{Listing, Pattern, Titled};
pub(super) fn listing(_: Listing, _: &Pattern) -> Vec<Titled> {
    Vec::new()
}
