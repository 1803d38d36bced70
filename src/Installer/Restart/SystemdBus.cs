using Tmds.DBus.Protocol;

namespace GpuContainers.Installer.Restart;

/// <summary>systemd's manager on the system bus (org.freedesktop.systemd1).</summary>
internal static class SystemdBus
{
    private const string Service = "org.freedesktop.systemd1";
    private const string Path = "/org/freedesktop/systemd1";
    private const string Interface = "org.freedesktop.systemd1.Manager";

    /// <summary>Restarts a unit and waits for the end of its job.</summary>
    /// <param name="socket">The bus's socket.</param>
    /// <param name="unit">The unit, such as "docker.service".</param>
    /// <param name="limit">How long to wait.</param>
    /// <returns>systemd's word for how the job ended: "done", "failed", "timeout", "dependency" and so on.</returns>
    /// <exception cref="ToolkitException">systemd could not be asked, refused, or did not end in time.</exception>
    public static async Task<string> RestartAsync(string socket, string unit, TimeSpan limit)
    {
        try
        {
            using var connection = new DBusConnection("unix:path=" + DBusEscape(socket));
            await connection.ConnectAsync().AsTask().WaitAsync(limit).ConfigureAwait(false);
            var jobs = new EndedJobs();
            // Watched before the job is asked for, because it may end before its name is known here.
            using IDisposable watch = await connection.WatchSignalAsync<EndedJob>(
                Service, Path, Interface, "JobRemoved", ReadJob, jobs.Add,
                ObserverFlags.EmitOnConnectionClosed | ObserverFlags.EmitOnConnectionFailed | ObserverFlags.EmitOnReaderFailed,
                    emitOnCapturedContext: false).ConfigureAwait(false);
            // systemd tells only those who asked about its jobs.
            await connection.CallMethodAsync(Call(connection, "Subscribe")).WaitAsync(limit).ConfigureAwait(false);
            string name = await connection.CallMethodAsync(Restart(connection, unit), static (message, _) => message.GetBodyReader().ReadObjectPathAsString(),
                null).WaitAsync(limit).ConfigureAwait(false);
            return await jobs.ResultOf(name).WaitAsync(limit).ConfigureAwait(false);
        }
        catch (DBusExceptionBase failure)
        {
            throw new ToolkitException($"systemd at {socket}: {failure.Message}", failure);
        }
        catch (TimeoutException failure)
        {
            throw new ToolkitException($"systemd at {socket} did not end the restart of {unit} within {limit.TotalMinutes} minutes", failure);
        }
    }

    private static MessageBuffer Call(DBusConnection connection, string method)
    {
        using MessageWriter writer = connection.GetMessageWriter();
        writer.WriteMethodCallHeader(destination: Service, path: Path, @interface: Interface, member: method);
        return writer.CreateMessage();
    }

    private static MessageBuffer Restart(DBusConnection connection, string unit)
    {
        using MessageWriter writer = connection.GetMessageWriter();
        writer.WriteMethodCallHeader(destination: Service, path: Path, @interface: Interface, member: "RestartUnit", signature: "ss");
        writer.WriteString(unit);
        // A job that waits for this unit is given up for this one.
        writer.WriteString("replace");
        return writer.CreateMessage();
    }

    // JobRemoved: the job's number, its path, the unit, the result.
    private static EndedJob ReadJob(Message message, object? state)
    {
        Reader reader = message.GetBodyReader();
        _ = reader.ReadUInt32();
        string name = reader.ReadObjectPathAsString();
        _ = reader.ReadString();
        return new EndedJob(name, reader.ReadString());
    }

    // What a bus address must not hold as it is (D-Bus specification, "Server Addresses").
    private static string DBusEscape(string path) =>
        string.Concat(System.Text.Encoding.UTF8.GetBytes(path).Select(octet => char.IsAsciiLetterOrDigit((char)octet) || "-_/.\\".Contains((char)octet)
            ? ((char)octet).ToString() : $"%{octet:x2}"));

    private sealed record EndedJob(string Name, string Result);

    /// <summary>The jobs that ended since the watch began, and who waits for one.</summary>
    private sealed class EndedJobs
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, string> _results = [];
        private readonly TaskCompletionSource<string> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string _wanted = "";

        public void Add(Notification<EndedJob> notification)
        {
            lock (_lock)
            {
                if (!notification.HasValue)
                {
                    _found.TrySetException(notification.CompletionReason ?? new DBusConnectionException("the connection was closed"));
                    return;
                }
                _results[notification.Value.Name] = notification.Value.Result;
                if (notification.Value.Name == _wanted)
                    _found.TrySetResult(notification.Value.Result);
            }
        }

        public Task<string> ResultOf(string name)
        {
            lock (_lock)
            {
                _wanted = name;
                return _results.TryGetValue(name, out string? result) ? Task.FromResult(result) : _found.Task;
            }
        }
    }
}
