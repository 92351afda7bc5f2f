{
  lib,
  stdenv,
  fetchFromGitHub,
  kernel,
  kernelModuleMakeFlags,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "pulse";
  version = "0.3.0";

  src = fetchFromGitHub {
    owner = "pulse-driver";
    repo = "pulse";
    tag = "v${finalAttrs.version}";
    hash = "@hash@";
  };

  nativeBuildInputs = kernel.moduleBuildDependencies;

  makeFlags = kernelModuleMakeFlags ++ [
    "KERNEL_DIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
  ];
  preInstall = "export INSTALL_MOD_PATH=$out";

  meta = {
    description = "Kernel module that ticks once a second";
    homepage = "https://github.com/pulse-driver/pulse";
    license = lib.licenses.gpl2Only;
    platforms = lib.platforms.linux;
  };
})
