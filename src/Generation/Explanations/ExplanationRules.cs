namespace GpuContainers.Generation.Explanations;

/// <summary>The rules that put something into a specification, in words for people.</summary>
public static class ExplanationRules
{
    private static readonly Dictionary<string, string> s_meanings = new()
    {
        ["13.5"] = "every container with a GPU gets the control nodes",
        ["GN-2"] = "what the platform is decides what is described",
        ["GN-5"] = "devices first, then what every container with one of them gets",
        ["GN-14"] = "devices are named by index, UUID, MIG index or MIG UUID",
        ["GN-23"] = "management: all NVIDIA nodes as one device",
        ["GN-26"] = "IMEX channels, which must exist",
        ["DS-52"] = "libraries for graphics, wherever the host's libraries are",
        ["DS-53"] = "modules of the X server, for the driver's version",
        ["DS-56"] = "configuration for EGL, GLVND, X and OpenCL; the first folder that has a file counts",
        ["DS-58"] = "configuration for Vulkan; the first folder that has a file counts",
        ["DS-62"] = "sockets of the driver's services",
        ["DS-67"] = "every library that has the driver's version in its name, in the folders of the driver",
        ["DS-70"] = "firmware of the driver's version",
        ["DS-71"] = "programs of the driver, in the folders of PATH and the usual ones",
        ["DS-72"] = "nodes beside the GPUs, as one device",
        ["DS-88"] = "a GPU is its node, its DRM nodes and the links to them",
        ["DS-93"] = "a MIG device is the node of its GPU and its two capability nodes",
        ["DS-112"] = "what the csv files of the platform name",
        ["DS-126"] = "the driver of Windows, from the driver store of WSL",
        ["DS-129"] = "the GPU of WSL is one node",
    };

    /// <summary>The rules that have a text.</summary>
    public static IReadOnlyCollection<string> Known => s_meanings.Keys;

    /// <summary>A rule in words; empty for one that has none.</summary>
    public static string MeaningOf(string rule) => s_meanings.GetValueOrDefault(rule, "");
}
