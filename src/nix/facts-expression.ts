/**
 * The Nix expression behind `collectFacts`: everything that is asked of the wanted attributes in the wanted kernel sets, in
 * one evaluation. It runs byte for byte on nixpkgs and on the tests' small tree.
 *
 * - `tryEval` catches `throw` and `assert` alone: a missing attribute is asked for with `hasAttr` first.
 * - `linuxPackages_6_12` is an alias that may be switched off; `linuxKernel.packages.linux_6_12` is not.
 * - Broken, unfree and unsupported packages are allowed, so that their facts can be read; they say themselves what they are.
 * - With `strict`, what would be caught is let through: Nix then dies with nixpkgs' own words.
 */
export const factsExpression = `
{ tree, request }:
let
  wanted = builtins.fromJSON request;
  pkgs = import tree (
    {
      overlays = [ ];
      config = {
        allowAliases = true;
        allowBroken = true;
        allowUnfree = true;
        allowUnsupportedSystem = true;
        allowInsecurePredicate = package: true;
      };
    }
    // (if wanted.system == null then { } else { inherit (wanted) system; })
  );
  packages = pkgs.linuxKernel.packages;

  attempt = value: if wanted.strict then { success = true; inherit value; } else builtins.tryEval value;
  deep = value: builtins.deepSeq value value;
  # The value, or null when it throws.
  orNull = value: let tried = builtins.tryEval (deep value); in if tried.success then tried.value else null;
  get = name: default: set: if builtins.isAttrs set && builtins.hasAttr name set then builtins.getAttr name set else default;
  plain = value: builtins.unsafeDiscardStringContext (toString value);
  text = value: if value == null then null else plain value;
  listOf = value: if builtins.isList value then value else [ value ];

  drvPathOf = value: if builtins.isAttrs value then text (get "drvPath" null value) else null;

  sourceOf = source: {
    drvPath = drvPathOf source;
    name = text (get "name" null source);
    urls = map plain (if source ? urls then listOf source.urls else if source ? url then [ source.url ] else [ ]);
    hash = text (get "outputHash" null source);
    rev = text (let tag = get "tag" null source; in if tag == null then get "rev" null source else tag);
  };

  # What a license, a list or a text says; nothing else is of interest.
  worded = value:
    if builtins.isList value then map worded value
    else if builtins.isAttrs value then get "spdxId" (get "shortName" (get "fullName" null value) value) value
    else if builtins.isString value then plain value
    else null;
  namesIn = value: if builtins.isAttrs value then builtins.attrNames value else [ ];

  patchOf = patch: { drvPath = drvPathOf patch; name = baseNameOf (plain patch); };

  factsOf = package:
    let
      tried = builtins.tryEval (get "meta" { } package);
      meta = if tried.success then tried.value else { };
      flag = name: orNull (get name false meta) == true;
      source = get "src" null package;
      sources = if source != null then [ source ] else listOf (get "srcs" [ ] package);
      tests = orNull (namesIn (get "tests" { } package));
      maintainers = orNull (map (person: text (get "github" null person)) (get "maintainers" [ ] meta));
    in
    {
      version = text (orNull (get "version" null package));
      name = text (orNull (get "name" null package));
      drvPath = text package.drvPath;
      sources = map (one: if builtins.isAttrs one then sourceOf one else { drvPath = null; name = baseNameOf (plain one); urls = [ ]; hash = null; rev = null; }) sources;
      patches = map patchOf (let patches = get "patches" [ ] package; in if patches == null then [ ] else patches);
      broken = flag "broken";
      unfree = flag "unfree";
      unsupported = flag "unsupported";
      insecure = flag "insecure";
      position = text (orNull (get "position" null meta));
      meta = builtins.listToAttrs (
        map (name: { inherit name; value = orNull (worded (get name null meta)); }) [ "description" "homepage" "license" "mainProgram" "platforms" ]
      );
      tests = if tests == null then [ ] else builtins.filter (name: name != "recurseForDerivations") tests;
      maintainers = builtins.filter (name: name != null) (if maintainers == null then [ ] else maintainers);
    };

  attributeOf = set: attr:
    if !(builtins.hasAttr attr set) then { state = "missing"; }
    else
      let
        tried = attempt (builtins.getAttr attr set);
        facts = attempt (deep (factsOf tried.value));
      in
      if !tried.success then { state = "throws"; }
      else if tried.value == null then { state = "null"; }
      else if !(builtins.isAttrs tried.value && tried.value ? drvPath) then { state = "no-derivation"; }
      else if !facts.success then { state = "throws"; }
      else facts.value // { state = "present"; };

  setOf = name:
    if !(builtins.hasAttr name packages) then { state = "missing"; }
    else
      let
        tried = attempt (let set = builtins.getAttr name packages; in builtins.seq set.kernel.version set);
        set = tried.value;
      in
      if !tried.success then { state = "throws"; }
      else {
        state = "present";
        version = plain set.kernel.version;
        modDirVersion = plain set.kernel.modDirVersion;
        attrs = builtins.listToAttrs (map (attr: { name = attr; value = attributeOf set attr; }) wanted.attrs);
      };

  kmod = pkgs.kmod;
in
{
  system = pkgs.stdenv.hostPlatform.system;
  # modinfo of the tree itself: what reads the built modules needs no program of the machine.
  kmod = { path = plain kmod.outPath; drvPath = drvPathOf kmod; };
  sets = builtins.listToAttrs (map (name: { inherit name; value = setOf name; }) wanted.sets);
  packages = builtins.listToAttrs (map (name: { inherit name; value = attributeOf pkgs name; }) wanted.packages);
}
`;
