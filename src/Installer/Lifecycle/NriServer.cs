using GpuContainers.Nri;

namespace GpuContainers.Installer.Lifecycle;

/// <summary>The NRI plugin inside this process: it runs until it is disposed of.</summary>
internal sealed class NriServer : IDisposable
{
    private readonly NriPlugin _plugin;

    private NriServer(NriPlugin plugin) => _plugin = plugin;

    /// <summary>Ends when the engine that started the plugin has left it.</summary>
    public Task Completion => _plugin.Completion;

    /// <summary>Registers the plugin with the engine.</summary>
    /// <param name="settings">How.</param>
    /// <exception cref="ToolkitException">There is not an engine that takes it.</exception>
    public static NriServer Start(NriSettings settings)
    {
        Log.Info("Starting the NRI Plugin server....");
        LogOutput? log = Log.Current;
        NriPluginOptions options = new NriPluginOptions
        {
            // As it was started, so that an engine shows nvidia-toolkit where that name was used (IN-82).
            Name = LexicalPath.Base(Environment.GetCommandLineArgs()[0]),
            Index = settings.Index,
            SocketPath = settings.Socket,
            Devices = new DeviceRule(settings.Namespaces, settings.ManagementKind),
            // It writes on a thread of its own.
            Log = (level, message) =>
            {
                Log.Current = log;
                Write(level, message);
            },
        }.WithEnvironment(Environment.GetEnvironmentVariable);
        try
        {
            return new NriServer(NriPlugin.StartAsync(options, CancellationToken.None).GetAwaiter().GetResult());
        }
        catch (NriException refused)
        {
            throw new ToolkitException(refused.Message, refused);
        }
    }

    /// <summary>A plugin that has ended by itself injects nothing any more: better that the pod ends, and is started again, than that nobody notices.</summary>
    /// <exception cref="ToolkitException">It has ended.</exception>
    public void RequireRunning()
    {
        if (!Completion.IsCompleted)
            return;
        string why = Completion.Exception?.InnerException?.Message ?? "the engine that started it has left it";
        throw new ToolkitException($"the NRI plugin has ended by itself: {why}; containers get no devices until nvidia-ctk-installer is started again");
    }

    /// <inheritdoc/>
    public void Dispose() => _plugin.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static void Write(NriLogLevel level, string message)
    {
        switch (level)
        {
            case NriLogLevel.Warning:
                Log.Warning(message);
                break;
            case NriLogLevel.Info:
                Log.Info(message);
                break;
            default:
                Log.Debug($"{message}");
                break;
        }
    }
}
