using GpuContainers.Runtime.ContainerCli.CommandLine;

namespace GpuContainers.Runtime.ContainerCli.Driver;

/// <summary>Programs, firmware, sockets and control nodes of the driver. Paths are those below the driver's root, without it.</summary>
internal sealed class DriverFileLookup(DriverHost host, DebugLog log)
{
    /// <summary>The programs, links followed: of each name the first in the folders of PATH, on WSL in the driver store (CL-37).</summary>
    /// <param name="searchPath">The text of PATH; null when the environment has none.</param>
    internal List<string> Programs(string? searchPath)
    {
        if (searchPath is null)
            throw new CliException(CliError.Detection, "environment variable PATH not found", "set it: the driver's programs are searched there");
        var found = new List<string>();
        foreach (DriverName program in DriverNames.Programs)
        {
            if ((OfStore(program.Name) ?? First(searchPath, program.Name)) is { } path)
                found.Add(path);
            else
                log.Warning($"missing binary {program.Name}");
        }
        return found;
    }

    /// <summary>The firmware for the GPUs' own processor, by the folder's name as it is written (CL-38).</summary>
    internal List<string> Firmware(DriverOmissions omissions)
    {
        string folder = "/lib/firmware/nvidia/" + host.Version;
        if (omissions.GspFirmware || host.Wsl is not null || host.Resolve(folder) is not { } real)
            return [];
        var found = new List<string>();
        foreach (string file in host.Context.Files.Glob(host.PathOf(real), "gsp*.bin"))
            found.Add(LexicalPath.Join(folder, LexicalPath.Base(file)));
        return found;
    }

    /// <summary>The sockets of the driver's daemons and the folder of MPS (CL-39, CL-40).</summary>
    internal List<DriverSocket> Sockets(DriverOmissions omissions, string mpsFolder)
    {
        var found = new List<DriverSocket>();
        if (!omissions.Persistenced)
            AddSocket(found, LibraryGroup.Utility, "/var/run/nvidia-persistenced/socket");
        if (!omissions.FabricManager)
            AddSocket(found, LibraryGroup.Utility, "/var/run/nvidia-fabricmanager/socket");
        AddSocket(found, LibraryGroup.Compute, mpsFolder.Length == 0 ? "/tmp/nvidia-mps" : mpsFolder);
        return found;
    }

    /// <summary>The control nodes: the first one always, the others where they exist (CL-41, CL-42); on WSL the one of all GPUs (CL-148).</summary>
    internal List<ControlNode> ControlNodes()
    {
        if (host.Wsl is not null)
        {
            List<ControlNode> only = [];
            AddNode(only, WslDriver.Node, LibraryGroup.None);
            return only;
        }
        var found = new List<ControlNode> { new("/dev/nvidiactl", LibraryGroup.None, IsDisplay: false, 195, 255) };
        AddNode(found, "/dev/nvidia-uvm", LibraryGroup.Compute);
        AddNode(found, "/dev/nvidia-uvm-tools", LibraryGroup.Compute);
        if (HostFile.TryStatus(host.PathOf("/dev/nvidia-modeset"), followLinks: true, out _))
            found.Add(new ControlNode("/dev/nvidia-modeset", LibraryGroup.None, IsDisplay: true, 195, 254));
        return found;
    }

    private string? OfStore(string name)
    {
        foreach (string file in host.Wsl?.Files ?? [])
        {
            if (LexicalPath.Base(file) == name)
                return host.Resolve(file);
        }
        return null;
    }

    private string? First(string searchPath, string name)
    {
        foreach (string folder in searchPath.Split(':'))
        {
            if (host.Resolve(LexicalPath.Join("/", folder, name)) is { } path)
                return path;
        }
        return null;
    }

    private void AddSocket(List<DriverSocket> found, LibraryGroup group, string path)
    {
        if (host.Resolve(path) is { } real)
            found.Add(new DriverSocket(group, real));
        else
            log.Warning($"missing ipc path {path}");
    }

    private void AddNode(List<ControlNode> found, string path, LibraryGroup group)
    {
        if (HostFile.TryStatus(host.PathOf(path), followLinks: true, out FileStatus status))
            found.Add(new ControlNode(path, group, IsDisplay: false, status.Major, status.Minor));
    }
}

/// <summary>A socket of a daemon, or the folder of MPS.</summary>
internal sealed record DriverSocket(LibraryGroup Group, string Path);

/// <summary>A control node of the driver.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Group">The group that a container must have for it; None for no condition.</param>
/// <param name="IsDisplay">Whether only the capability display gives it.</param>
/// <param name="Major">The number it must have.</param>
/// <param name="Minor">The number it must have.</param>
internal sealed record ControlNode(string Path, LibraryGroup Group, bool IsDisplay, uint Major, uint Minor);
