//! What is published of the catalog: what every session sees, and over it what only this one does.
//!
//! A table that a transaction has made, or a temporary one, is known to one connection alone. Such
//! relations lie over the catalog that the background reads, so that neither loses the other.

use super::Published;
use crate::catalog::{Catalog, CatalogBuilder};
use crate::sql::Dialect;
use arc_swap::ArcSwap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The current catalog and what it is made of.
pub struct Board {
    published: Published,
    state: Mutex<State>,
}

struct State {
    base: Arc<Catalog>,
    overlay: Option<Overlay>,
    place: Option<Place>,
    version: u64,
    /// Counts the overlays.
    generation: u64,
}

/// Relations as this session sees them, whatever the base says of these names.
struct Overlay {
    names: Vec<String>,
    part: CatalogBuilder,
}

/// Where this session looks for names.
struct Place {
    database: String,
    search_path: Vec<String>,
}

impl Board {
    pub fn new(dialect: &'static Dialect) -> Arc<Board> {
        let empty = Arc::new(Catalog::empty(dialect));
        Arc::new(Board {
            published: Arc::new(ArcSwap::new(Arc::clone(&empty))),
            state: Mutex::new(State {
                base: empty,
                overlay: None,
                place: None,
                version: 0,
                generation: 0,
            }),
        })
    }

    /// The pointer that readers look at.
    pub fn published(&self) -> Published {
        Arc::clone(&self.published)
    }

    /// What every session sees.
    pub fn base(&self) -> Arc<Catalog> {
        Arc::clone(&self.state().base)
    }

    /// Publishes a new base.
    pub fn store(&self, base: Catalog) {
        let state = self.state();
        self.replace(state, base);
    }

    fn replace(&self, mut state: MutexGuard<'_, State>, mut base: Catalog) {
        base.version = state.version + 1;
        state.base = Arc::new(base);
        self.publish(state);
    }

    /// Publishes a base that was kept from an earlier time, unless there is a newer one.
    pub(super) fn store_old(&self, base: Catalog) {
        let state = self.state();
        if state.base.relations().len() == 0 {
            self.replace(state, base);
        }
    }

    /// Lays what this session sees of some relations over the base; gives a mark for `settle`.
    pub fn lay(&self, names: Vec<String>, part: CatalogBuilder) -> u64 {
        let mut state = self.state();
        state.overlay = Some(Overlay { names, part });
        state.generation += 1;
        let generation = state.generation;
        self.publish(state);
        generation
    }

    /// The base now has what was laid over it when `mark` was given: only what is this session's
    /// own stays.
    pub fn settle(&self, mark: u64) {
        let mut state = self.state();
        if state.generation != mark {
            return;
        }
        let Some(mut overlay) = state.overlay.take() else {
            return;
        };
        let private = overlay.part.private_names();
        overlay.names.retain(|name| private.contains(name));
        if !overlay.names.is_empty() {
            state.overlay = Some(overlay);
        }
        self.publish(state);
    }

    /// The mark of what lies over the base now.
    pub fn mark(&self) -> u64 {
        self.state().generation
    }

    /// The names that lie over the base.
    pub fn laid(&self) -> Vec<String> {
        let state = self.state();
        let names = state.overlay.as_ref().map(|o| o.names.clone());
        names.unwrap_or_default()
    }

    /// From now on this session looks for names here.
    pub fn look_in(&self, database: String, search_path: Vec<String>) {
        let mut state = self.state();
        state.place = Some(Place {
            database,
            search_path,
        });
        self.publish(state);
    }

    /// Forgets what only the session saw: its connection is gone.
    pub fn forget(&self) {
        let mut state = self.state();
        state.overlay = None;
        state.place = None;
        state.generation += 1;
        self.publish(state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nobody panics while it is held, and what is there is whole at each moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, mut state: MutexGuard<'_, State>) {
        state.version += 1;
        let version = state.version;
        if state.overlay.is_none() && state.place.is_none() && state.base.version == version {
            return self.published.store(Arc::clone(&state.base));
        }
        let mut catalog = match &state.overlay {
            Some(overlay) => state.base.patched(&overlay.names, &overlay.part, version),
            None => Catalog::clone(&state.base),
        };
        catalog.version = version;
        if let Some(place) = &state.place {
            catalog.search_path.clone_from(&place.search_path);
            catalog.database.clone_from(&place.database);
        }
        self.published.store(Arc::new(catalog));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::RelationRow;
    use crate::sql::dialect::POSTGRES;

    fn add(builder: &mut CatalogBuilder, schema: &str, name: &str) {
        builder.relation(RelationRow {
            schema,
            name,
            private: schema == "pg_temp",
            ..RelationRow::default()
        });
    }

    fn base(names: &[&str]) -> Catalog {
        let mut builder = CatalogBuilder::new(&POSTGRES);
        names
            .iter()
            .for_each(|name| add(&mut builder, "public", name));
        builder.finish(0)
    }

    fn names(board: &Board) -> String {
        let catalog = board.published.load();
        let names: Vec<&str> = catalog.relations().map(|r| r.name).collect();
        names.join(" ")
    }

    #[test]
    fn what_only_this_session_sees_survives_a_refresh_until_it_is_settled() {
        let board = Board::new(&POSTGRES);
        board.store(base(&["a", "old"]));
        let wanted = ["new", "old", "t"].map(str::to_string).to_vec();
        let mut part = CatalogBuilder::partial(&POSTGRES, wanted.clone());
        add(&mut part, "public", "new");
        add(&mut part, "pg_temp", "t");
        let mark = board.lay(wanted, part);
        assert_eq!(names(&board), "t a new");
        board.store(base(&["a", "b", "old"]));
        assert_eq!(names(&board), "t a b new");
        board.settle(mark + 1);
        assert_eq!(names(&board), "t a b new");
        board.settle(mark);
        assert_eq!(names(&board), "t a b old");
        assert_eq!(board.laid(), ["t"]);
        board.forget();
        assert_eq!(names(&board), "a b old");
    }

    #[test]
    fn an_old_catalog_never_replaces_a_new_one() {
        let board = Board::new(&POSTGRES);
        board.store_old(base(&["a"]));
        board.store(base(&["b"]));
        board.store_old(base(&["a"]));
        assert_eq!(names(&board), "b");
    }

    #[test]
    fn each_publication_has_a_version_of_its_own_and_the_sessions_search_path() {
        let board = Board::new(&POSTGRES);
        board.look_in("shop".into(), vec!["s".into()]);
        let first = board.published.load().version;
        board.store(base(&["a"]));
        let catalog = board.published.load();
        assert!(catalog.version > first);
        assert_eq!(
            (catalog.database.as_str(), &catalog.search_path[..]),
            ("shop", &["s".into()][..])
        );
    }
}
