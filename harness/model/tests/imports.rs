//! Modules import downwards only: no two modules of one folder import each other, not even by way
//! of others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// The path of a module within its crate: `["record", "cell"]`.
type Module = Vec<String>;

/// A crate's modules, read from its files.
#[derive(Default)]
struct Crate {
    /// What each module's code names, as paths from the crate's root.
    names: BTreeMap<Module, BTreeSet<Module>>,
    /// By a module and a name in it: the path that the name was imported from.
    imported: BTreeMap<(Module, String), Module>,
}

/// Collects the paths that one module names.
struct Names<'a> {
    module: &'a Module,
    found: BTreeSet<Module>,
    imported: BTreeMap<(Module, String), Module>,
}

impl Names<'_> {
    /// A path from the crate's root, if it leads into this crate by `crate`, `self` or `super`, or
    /// into a module below this one.
    fn absolute(&self, path: &[String]) -> Option<Module> {
        let mut module = self.module.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => {
                module.clear();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {}
            _ => return None,
        }
        while rest.first().is_some_and(|word| word == "super") {
            module.pop()?;
            rest = &rest[1..];
        }
        module.extend(rest.iter().cloned());
        Some(module)
    }

    fn import(&mut self, tree: &UseTree, path: &mut Vec<String>) {
        match tree {
            UseTree::Path(one) => {
                path.push(one.ident.to_string());
                self.import(&one.tree, path);
                path.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, path)),
            UseTree::Name(name) => self.imports(path, &name.ident.to_string(), &name.ident.to_string()),
            UseTree::Rename(name) => self.imports(path, &name.ident.to_string(), &name.rename.to_string()),
            UseTree::Glob(_) => self.imports(path, "*", "*"),
        }
    }

    fn imports(&mut self, path: &[String], name: &str, known_as: &str) {
        let mut whole = path.to_vec();
        if name != "self" {
            whole.push(name.to_owned());
        }
        let below = || self.module.iter().chain(&whole).cloned().collect();
        let absolute = self.absolute(&whole).unwrap_or_else(below);
        self.imported
            .insert((self.module.clone(), known_as.to_owned()), absolute.clone());
        self.found.insert(absolute);
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &[],
        };
        let is_test = attributes.iter().any(|attribute| {
            let tokens = attribute.meta.require_list().map(|list| list.tokens.to_string());
            attribute.path().is_ident("cfg") && tokens.is_ok_and(|tokens| tokens == "test")
        });
        if !is_test {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        self.found.extend(self.absolute(&words));
        visit::visit_path(self, path);
    }
}

impl Crate {
    fn read(source: &Path) -> Crate {
        let mut read = Crate::default();
        for file in rust_files(source) {
            let inner = file.strip_prefix(source).unwrap().with_extension("");
            let mut module: Module = inner
                .iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect();
            if ["mod", "lib", "main"].contains(&module.last().unwrap().as_str()) {
                module.pop();
            }
            let text = fs::read_to_string(&file).unwrap();
            let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let mut names = Names {
                module: &module,
                found: BTreeSet::new(),
                imported: BTreeMap::new(),
            };
            names.visit_file(&parsed);
            let Names { found, imported, .. } = names;
            read.imported.extend(imported);
            read.names.entry(module).or_default().extend(found);
        }
        read
    }

    /// The module that a path leads to: names that a module only passes on are followed to where
    /// they come from.
    fn home(&self, path: &Module) -> Option<Module> {
        let mut path = path.clone();
        for _ in 0..8 {
            let deepest = (0..=path.len())
                .rev()
                .find(|&length| self.names.contains_key(&path[..length]))?;
            let module = path[..deepest].to_vec();
            let Some(name) = path.get(deepest) else {
                return Some(module);
            };
            match self.imported.get(&(module.clone(), name.clone())) {
                Some(origin) if *origin != path => path = origin.clone(),
                _ => return Some(module),
            }
        }
        None
    }

    /// Which modules of a folder import which others of it.
    fn siblings(&self, folder: &Module) -> BTreeMap<String, BTreeSet<String>> {
        let child_of = |module: &Module| {
            let is_below = module.len() > folder.len() && module.starts_with(folder);
            is_below.then(|| module[folder.len()].clone())
        };
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (module, names) in &self.names {
            let Some(from) = child_of(module) else { continue };
            let homes = names.iter().filter_map(|path| self.home(path));
            let others = homes
                .filter_map(|home| child_of(&home))
                .filter(|other| *other != from);
            edges.entry(from.clone()).or_default().extend(others);
        }
        edges
    }

    /// A circle of imports in each folder that has one.
    fn circles(&self) -> Vec<String> {
        let folders: BTreeSet<Module> = self
            .names
            .keys()
            .flat_map(|module| (0..=module.len()).map(|length| module[..length].to_vec()))
            .collect();
        let found = folders.iter().filter_map(|folder| {
            let circle = circle(&self.siblings(folder))?;
            Some(format!("{}: {}", folder.join("/"), circle.join(" -> ")))
        });
        found.collect()
    }
}

/// The shortest way from a module back to itself.
fn circle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut shortest: Option<Vec<String>> = None;
    for start in edges.keys() {
        let mut ways = vec![vec![start.clone()]];
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.first().cloned() {
            ways.remove(0);
            for next in edges.get(way.last().unwrap()).into_iter().flatten() {
                let mut longer = way.clone();
                longer.push(next.clone());
                if next == start {
                    if shortest.as_ref().is_none_or(|known| known.len() > longer.len()) {
                        shortest = Some(longer);
                    }
                } else if seen.insert(next.clone()) {
                    ways.push(longer);
                }
            }
        }
    }
    shortest
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
    found
}

fn check(crates: &[&str]) {
    let harness = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let circles: Vec<String> = crates
        .iter()
        .flat_map(|name| {
            Crate::read(&harness.join(name).join("src"))
                .circles()
                .into_iter()
                .map(move |circle| format!("{name}/{circle}"))
        })
        .collect();
    assert!(
        circles.is_empty(),
        "modules import each other; let one import the other alone, or move what both need below both:\n{}",
        circles.join("\n")
    );
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    check(&["cli", "engine", "ledger", "model", "preload", "probe", "report"]);
}

#[test]
fn a_circle_is_found() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("lib.rs", "mod a; mod b; mod c; pub use b::Item;"),
        ("a.rs", "use crate::Item;"),
        (
            "b.rs",
            "fn f() { crate::c::g() } #[cfg(test)] mod tests { use crate::a; }",
        ),
        ("c.rs", "use super::a::{self, x};"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    assert_eq!(Crate::read(folder.path()).circles(), [": a -> b -> c -> a"]);
}
