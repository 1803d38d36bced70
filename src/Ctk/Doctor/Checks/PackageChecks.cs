using GpuContainers.Linux.Processes;

namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>NVIDIA's own packages beside ours, and a second copy of the toolkit.</summary>
internal static class PackageChecks
{
    // What only NVIDIA's packages bring: our programs are one file under several names, and there is no library.
    private static readonly string[] s_packages =
        ["libnvidia-container1", "libnvidia-container-tools", "nvidia-container-toolkit-base", "nvidia-docker2", "nvidia-container-runtime"];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("nvidia-packages", Subject.Toolkit, "two toolkits overwrite each other's programs and settings at the next update", Packages),
        Check.Of("second-copy", Subject.Toolkit, "engines and hooks may run another copy of the toolkit than the one that was configured", Copies),
    ];

    private static Finding Packages(Machine machine)
    {
        string[] installed = [.. s_packages.Where(name => IsInstalled(machine, name))];
        if (installed.Length > 0)
            return Finding.Warning($"NVIDIA's {string.Join(", ", installed)} {(installed.Length == 1 ? "is" : "are")} installed beside this toolkit",
                Cure.Type(["apt-get", "remove", .. installed]));
        if (machine.Driver.Folders.Locate("libnvidia-container.so.1") is [var library, ..])
            return Finding.Warning($"{machine.Shown(library)} of NVIDIA's toolkit is installed", Cure.Advise("remove the package libnvidia-container1"));
        return Finding.Ok("none of NVIDIA's container packages is installed");
    }

    // dpkg keeps a list of each package's files; rpm's data base is not a text.
    private static bool IsInstalled(Machine machine, string package) =>
        machine.Has($"/var/lib/dpkg/info/{package}.list") || machine.Names("/var/lib/dpkg/info")
            .Any(name => name.StartsWith(package + ":", StringComparison.Ordinal) && name.EndsWith(".list", StringComparison.Ordinal));

    private static Finding Copies(Machine machine)
    {
        var found = new List<(string Path, FileStatus Status)>();
        foreach (string folder in (string[])[.. ProgramSearch.UsualFolders, "/usr/local/nvidia/toolkit"])
        {
            string path = folder + "/nvidia-container-runtime";
            if (machine.Status(path) is { } status && !found.Any(known => known.Status.IsSameFile(status)))
                found.Add((path, status));
        }
        if (found.Count == 0)
            return Finding.NotApplicable("the runtime is not installed");
        if (found.Count == 1)
            return Finding.Ok($"one copy: {found[0].Path}");
        return Finding.Warning($"{string.Join(" and ", found.Select(static copy => copy.Path))} are different programs",
            Cure.Advise($"remove one of them, and configure the engines with the other: nvidia-ctk runtime configure --nvidia-runtime-path={found[0].Path}"));
    }
}
