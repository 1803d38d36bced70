namespace GpuContainers.Runtime;

/// <summary>Why a program of the core ended with an error; docs/errors.md explains each.</summary>
public enum CoreFailure
{
    /// <summary>Nothing that is foreseen: a fault of the program itself.</summary>
    Internal,

    /// <summary>The configuration cannot be used.</summary>
    Configuration,

    /// <summary>No candidate for the low-level runtime is there, or none is configured.</summary>
    RuntimeNotFound,

    /// <summary>The low-level runtime is there but cannot be started.</summary>
    Execution,

    /// <summary>The bundle flag has no value.</summary>
    BundleArgument,

    /// <summary>config.json cannot be opened.</summary>
    SpecificationMissing,

    /// <summary>config.json is not an OCI runtime specification.</summary>
    SpecificationContent,

    /// <summary>The configured mode does not exist.</summary>
    Mode,

    /// <summary>The host does not meet a requirement of the image, or the requirement cannot be read.</summary>
    Requirement,

    /// <summary>CUDA_VERSION of an image is not a version.</summary>
    CudaVersion,

    /// <summary>Automatic devices are asked for together with others.</summary>
    MixedDevices,

    /// <summary>A device is in no CDI specification, or its edits cannot be applied.</summary>
    CdiDevices,

    /// <summary>The devices asked for cannot be described on this host.</summary>
    Generation,

    /// <summary>What graphics needs in legacy mode cannot be found.</summary>
    Graphics,

    /// <summary>The changed config.json cannot be written.</summary>
    SpecificationWrite,

    /// <summary>The state of the container on standard input cannot be read.</summary>
    ContainerState,

    /// <summary>The container asks for a capability that is not supported.</summary>
    Capabilities,

    /// <summary>The container may not ask for this.</summary>
    Privileges,

    /// <summary>The configured mode does not work with the hook.</summary>
    HookMode,

    /// <summary>The program that does the hook's work is missing.</summary>
    ContainerCli,
}
