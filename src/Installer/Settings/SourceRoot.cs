using GpuContainers.CommandLine;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Installer.Settings;

/// <summary>Where the image keeps the extracted packages.</summary>
internal static class SourceRoot
{
    private const string PackageTool = "usr/bin/rpm";

    /// <summary>The root that is given, else that of the package type.</summary>
    /// <exception cref="ToolkitException">There is no such package type.</exception>
    public static string Resolve(Invocation invocation)
    {
        string given = invocation.Get(GeneralFlags.SourceRoot);
        if (given.Length > 0)
            return given;
        string type = invocation.Get(GeneralFlags.PackageType);
        string root = type switch
        {
            "deb" or "rpm" => "/artifacts/" + type,
            "auto" or "" => "/artifacts/" + (UsesRpm(invocation.Get(EngineFlags.HostRoot)) ? "rpm" : "deb"),
            _ => throw new ToolkitException($"failed to resolve source root: invalid package type: {type}; use deb, rpm or auto"),
        };
        Log.Info($"Resolved source root to {root}");
        return root;
    }

    // The host's tool counts, not one that the image happens to have (IN-12).
    private static bool UsesRpm(string hostRoot)
    {
        string host = hostRoot.Length > 0 && HostFile.IsDirectory(hostRoot) ? hostRoot : "/";
        return HostFile.TryStatus(LexicalPath.Join(host, PackageTool), followLinks: true,
            out FileStatus status) && status.Kind == FileKind.Regular && (status.Mode & FileModes.AnyExecute) != 0;
    }
}
