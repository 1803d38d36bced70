namespace GpuContainers.Runtime;

/// <summary>What the one file of the core does.</summary>
internal enum ProgramKind
{
    /// <summary>The shim, in the mode of the configuration.</summary>
    Runtime,

    /// <summary>The shim, always in mode cdi.</summary>
    RuntimeCdi,

    /// <summary>The shim, always in mode legacy.</summary>
    RuntimeLegacy,

    /// <summary>nvidia-cdi-hook.</summary>
    CdiHook,

    /// <summary>nvidia-ctk.</summary>
    Toolkit,

    /// <summary>The prestart hook of mode legacy.</summary>
    LegacyHook,

    /// <summary>nvidia-container-cli.</summary>
    ContainerCli,
}
