using System.Globalization;

namespace GpuContainers.Installer.Lifecycle;

/// <summary>The locked file with this process's number: only the lock counts, so that the file of a killed process is not an obstacle.</summary>
internal sealed class PidFile : IDisposable
{
    private const int Limit = 64;

    private readonly FileLock _lock;
    private readonly string _path;

    private PidFile(FileLock taken, string path)
    {
        _lock = taken;
        _path = path;
    }

    /// <summary>Takes the lock and writes the number.</summary>
    /// <exception cref="ToolkitException">Another instance runs, or the file cannot be written.</exception>
    public static PidFile Take(string path)
    {
        ToolkitException.During("unable to create the folder of the pidfile", () => HostDirectory.Create(LexicalPath.Parent(path), FileModes.PublicFolder));
        FileLock taken;
        try
        {
            taken = FileLock.ForFile(path, FileModes.PublicFile);
        }
        catch (LinuxException failure) when (failure.Operation == "lock")
        {
            Log.Warning($"Unable to get exclusive lock on '{path}'");
            Log.Warning($"This normally means an instance of the NVIDIA toolkit container is already running: {Holder(path)}; stop it, or wait until it ends");
            throw new ToolkitException($"unable to get flock on pidfile: {failure.Errno.Describe()}", failure);
        }
        catch (LinuxException failure) when (failure.Errno is Errno.ELOOP or Errno.ENXIO)
        {
            throw new ToolkitException($"unable to open the pidfile: {path} is a symbolic link or a special file, which is not written to; remove it", failure);
        }
        ToolkitException.During("unable to write the pidfile",
            () => taken.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"), path));
        return new PidFile(taken, path);
    }

    /// <summary>Removes the file while it is still locked, so that it cannot be another instance's.</summary>
    public void Dispose()
    {
        Errno error = HostFile.Delete(_path);
        if (error != Errno.None)
            Log.Warning($"Unable to remove pidfile: remove {_path}: {error.Describe()}");
        _lock.Dispose();
    }

    // The number is that of the holder's PID namespace, so what it is called here is only a hint.
    private static string Holder(string path)
    {
        string number = HostFile.TryReadAll(path, Limit, out byte[] bytes, out _) ? Encoding.ASCII.GetString(bytes).Trim() : "";
        if (number.Length == 0 || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int process))
            return "the file does not say which";
        return HostFile.TryReadAll($"/proc/{process}/comm", Limit, out byte[] name,
            out _) ? $"process {process} ({Encoding.UTF8.GetString(name).Trim()})" : $"process {process} of another PID namespace";
    }
}
