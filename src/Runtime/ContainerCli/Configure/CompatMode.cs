namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>What is done with the CUDA compatibility libraries of an image (CL-102).</summary>
internal enum CompatMode
{
    /// <summary>Nothing.</summary>
    Disabled,

    /// <summary>They are mounted beside the driver's libraries.</summary>
    Mount,

    /// <summary>Their folder comes first in the loader's cache.</summary>
    Ldconfig,
}
