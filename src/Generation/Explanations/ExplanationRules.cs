namespace GpuContainers.Generation.Explanations;

/// <summary>Why something is in a specification, in words for people.</summary>
internal static class ExplanationRules
{
    internal const string ControlNodes = "every container with a GPU gets the control nodes";
    internal const string Platform = "what the platform is decides what is described";
    internal const string Order = "devices first, then what every container with one of them gets";
    internal const string DeviceNames = "devices are named by index, UUID, MIG index or MIG UUID";
    internal const string ManagementNodes = "management: all NVIDIA nodes as one device";
    internal const string ImexChannels = "IMEX channels, which must exist";
    internal const string GraphicsLibraries = "libraries for graphics, wherever the host's libraries are";
    internal const string XorgModules = "modules of the X server, for the driver's version";
    internal const string GraphicsConfiguration = "configuration for EGL, GLVND, X and OpenCL; the first folder that has a file counts";
    internal const string VulkanConfiguration = "configuration for Vulkan; the first folder that has a file counts";
    internal const string Sockets = "sockets of the driver's services";
    internal const string DriverLibraries = "every library that has the driver's version in its name, in the folders of the driver";
    internal const string Firmware = "firmware of the driver's version";
    internal const string Programs = "programs of the driver, in the folders of PATH and the usual ones";
    internal const string GatedNodes = "nodes beside the GPUs, as one device";
    internal const string GpuNodes = "a GPU is its node, its DRM nodes and the links to them";
    internal const string MigNodes = "a MIG device is the node of its GPU and its two capability nodes";
    internal const string CsvEntries = "what the csv files of the platform name";
    internal const string WslDriver = "the driver of Windows, from the driver store of WSL";
    internal const string WslNode = "the GPU of WSL is one node";
}
