//! `\if` … `\endif`: which parts of a script run.

/// Where the script stands in one `\if`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Branch {
    /// This branch runs.
    Runs,
    /// No branch has been true yet.
    Waits,
    /// A branch has run, or the whole `\if` stands in one that does not run.
    Skipped,
    /// Behind `\else`, running.
    ElseRuns,
    /// Behind `\else`, not running.
    ElseSkipped,
}

/// The `\if`s that are open, outermost first.
#[derive(Debug, Clone, Default)]
pub struct Conditions(Vec<Branch>);

impl Conditions {
    /// Whether what comes is run.
    pub fn active(&self) -> bool {
        matches!(self.0.last(), None | Some(Branch::Runs | Branch::ElseRuns))
    }

    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// Forgets what was opened deeper than that.
    pub fn cut(&mut self, depth: usize) {
        self.0.truncate(depth);
    }

    /// `\if`: asks for its value where that counts.
    pub fn begin(&mut self, value: impl FnOnce() -> bool) {
        let branch = match self.active() {
            false => Branch::Skipped,
            true if value() => Branch::Runs,
            true => Branch::Waits,
        };
        self.0.push(branch);
    }

    /// `\elif`
    pub fn otherwise(&mut self, value: impl FnOnce() -> bool) -> Result<(), &'static str> {
        match self.0.last_mut() {
            None => Err("\\elif: no matching \\if"),
            Some(Branch::ElseRuns | Branch::ElseSkipped) => {
                Err("\\elif: cannot occur after \\else")
            }
            Some(branch) => {
                *branch = match branch {
                    Branch::Waits if value() => Branch::Runs,
                    Branch::Waits => Branch::Waits,
                    _ => Branch::Skipped,
                };
                Ok(())
            }
        }
    }

    /// `\else`
    pub fn other(&mut self) -> Result<(), &'static str> {
        match self.0.last_mut() {
            None => Err("\\else: no matching \\if"),
            Some(Branch::ElseRuns | Branch::ElseSkipped) => {
                Err("\\else: cannot occur after \\else")
            }
            Some(branch) => {
                *branch = match branch {
                    Branch::Waits => Branch::ElseRuns,
                    _ => Branch::ElseSkipped,
                };
                Ok(())
            }
        }
    }

    /// `\endif`
    pub fn end(&mut self) -> Result<(), &'static str> {
        match self.0.pop() {
            Some(_) => Ok(()),
            None => Err("\\endif: no matching \\if"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_branch_runs_and_nothing_inside_the_others() {
        let mut c = Conditions::default();
        c.begin(|| false);
        assert!(!c.active());
        c.begin(|| panic!("nobody asks inside of what does not run"));
        assert_eq!(c.other(), Ok(()));
        assert!(!c.active());
        assert_eq!(c.end(), Ok(()));
        assert_eq!(c.otherwise(|| true), Ok(()));
        assert!(c.active());
        assert_eq!(c.otherwise(|| true), Ok(()));
        assert!(!c.active(), "a branch has run");
        assert_eq!(c.other(), Ok(()));
        assert!(!c.active());
        assert_eq!(c.other(), Err("\\else: cannot occur after \\else"));
        assert_eq!(
            c.otherwise(|| true),
            Err("\\elif: cannot occur after \\else")
        );
        assert_eq!(c.end(), Ok(()));
        assert!(c.active());
        assert_eq!(c.end(), Err("\\endif: no matching \\if"));
    }
}
