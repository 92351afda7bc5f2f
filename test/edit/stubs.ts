/**
 * Evaluates modules of a tree with Nix itself, but with stubs for stdenv, the fetchers and the kernel: what a derivation says
 * of its version and source, and nothing built. `request` is `{ attrs, kernels }`; the answer maps kernel and attribute to the
 * facts, with the fetcher's arguments as they are.
 */
export const stubExpression = `
{ tree, request }:
let
  wanted = builtins.fromJSON request;
  compare = builtins.compareVersions;
  lib = rec {
    versionAtLeast = one: other: compare one other >= 0;
    versionOlder = one: other: compare one other < 0;
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: values: if condition then values else [ ];
    optionalString = condition: text: if condition then text else "";
    optionalAttrs = condition: set: if condition then set else { };
    inherit (builtins) elem substring any replaceStrings;
    splitString = separator: text: builtins.filter builtins.isString (builtins.split separator text);
    strings = { inherit splitString; };
    versions = rec {
      major = version: builtins.head (builtins.splitVersion version);
      minor = version: builtins.elemAt (builtins.splitVersion version) 1;
      majorMinor = version: "\${major version}.\${minor version}";
    };
    makeBinPath = packages: "";
    escapeRegex = text: text;
    recurseIntoAttrs = set: set;
    makeExtensible = overlay: let self = overlay self; in self;
  };
  named = name: { outPath = "/stub/\${name}"; version = "0.0"; src = "/stub/\${name}.src"; };
  fixed = given: let self = if builtins.isFunction given then given self else given; in self;
  stdenv = {
    mkDerivation = given: let made = fixed given; in
      { name = made.name or "\${made.pname}-\${made.version}"; } // made;
    hostPlatform = { system = "x86_64-linux"; isx86_64 = true; is64bit = true; };
    cc = named "cc";
  };
  fetcher = name: arguments: { name = "source"; outPath = "/stub/source"; } // arguments // { stubbed = name; }
    // (if arguments ? tag then { rev = "refs/tags/\${arguments.tag}"; } else { });
  fetchers = builtins.listToAttrs (map (name: { inherit name; value = fetcher name; }) [
    "fetchFromGitHub" "fetchFromGitLab" "fetchFromGitea" "fetchFromCodeberg" "fetchFromSourcehut"
    "fetchurl" "fetchzip" "fetchgit" "fetchpatch" "fetchpatch2"
  ]);
  kernelOf = version: {
    inherit version stdenv;
    modDirVersion = version;
    src = "/stub/kernel";
    patches = [ ];
    dev = "/stub/kernel-dev";
    moduleBuildDependencies = [ ];
    commonMakeFlags = [ ];
    makeFlags = [ ];
    kernelOlder = compareTo: lib.versionOlder version compareTo;
    kernelAtLeast = compareTo: lib.versionAtLeast version compareTo;
    isZen = false;
    isHardened = false;
  };
  common = fetchers // { inherit lib stdenv pkgs newScope; config = { allowAliases = false; }; linuxKernel = { }; };
  pkgs = common // { btree-tools.kernelModule = { }: named "btree"; tracer = named "tracer"; };
  newScope = scope: file: given:
    let
      function = if builtins.isFunction file then file else import file;
      known = common // { callPackage = newScope scope; } // scope;
      formals = builtins.functionArgs function;
      missing = builtins.filter (name: !formals.\${name} || known ? \${name}) (builtins.attrNames formals);
      filled = builtins.listToAttrs (map (name: { inherit name; value = known.\${name} or (named name); }) missing);
    in
    function (filled // given);
  sets = newScope { } (tree + "/pkgs/top-level/linux-kernels.nix") { };
  tryOr = otherwise: value: let tried = builtins.tryEval (builtins.deepSeq value value); in if tried.success then tried.value else otherwise;
  plain = value: if builtins.isString value || builtins.isBool value || builtins.isInt value || value == null then value else builtins.toJSON value;
  factsOf = package: {
    version = tryOr null (package.version or null);
    name = tryOr null (package.name or null);
    source = tryOr null (builtins.mapAttrs (name: plain) (builtins.removeAttrs package.src [ "outPath" "override" ]));
  };
  answers = version:
    let scope = sets.packagesFor (kernelOf version); in
    builtins.listToAttrs (map (name: { inherit name; value = factsOf scope.\${name}; }) wanted.attrs);
in
builtins.listToAttrs (map (version: { name = version; value = answers version; }) wanted.kernels)
`;

/** What Nix answers for one attribute on one kernel. */
interface StubFacts {
  readonly version: string | null;
  readonly name: string | null;
  readonly source: Readonly<Record<string, string | boolean | null>> | null;
}

export type StubAnswer = Readonly<Record<string, Readonly<Record<string, StubFacts>>>>;
