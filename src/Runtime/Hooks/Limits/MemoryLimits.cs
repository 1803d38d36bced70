using GpuContainers.Runtime.Hooks.State;

namespace GpuContainers.Runtime.Hooks.Limits;

/// <summary>The limits of GPU memory that a container asks for, for each of its GPUs.</summary>
/// <param name="Soft">Bytes above which the driver may take memory back.</param>
/// <param name="Hard">Bytes above which the driver gives nothing; 2^64 - 1 for no limit.</param>
/// <param name="Text">The variables as the container has them, for messages.</param>
internal sealed record MemoryLimits(ulong Soft, ulong Hard, string Text)
{
    /// <summary>The variable of the soft limit, in MiB.</summary>
    internal const string RequestVariable = "NVIDIA_GPU_MEMORY_REQUEST";

    /// <summary>The variable of the hard limit, in MiB.</summary>
    internal const string LimitVariable = "NVIDIA_GPU_MEMORY_LIMIT";

    private const int BitsOfMebibyte = 20;
    private const ulong MostMebibytes = ulong.MaxValue >> BitsOfMebibyte;
    private const int ShownLength = 64;

    /// <summary>What the variables of a config.json ask for; null when that is nothing: an empty value is none.</summary>
    /// <exception cref="HookException">A value is not a number, or the request is above the limit.</exception>
    internal static MemoryLimits? Read(ReadOnlySpan<byte> config)
    {
        string[] values = ContainerVariables.Read(config, RequestVariable, LimitVariable);
        (string request, string limit) = (values[0], values[1]);
        if (request.Length == 0 && limit.Length == 0)
            return null;
        // A limit alone is the request as well, and a request alone has no hard limit (HK-138).
        ulong hard = limit.Length == 0 ? ulong.MaxValue : Bytes(LimitVariable, limit);
        ulong soft = request.Length == 0 ? hard : Bytes(RequestVariable, request);
        if (soft > hard)
            throw Wrong($"{Shown(RequestVariable, request)} is above {Shown(LimitVariable, limit)}: lower the request, or raise the limit");
        return new MemoryLimits(soft, hard, limit.Length == 0 ? Shown(RequestVariable, request) : Shown(LimitVariable, limit));
    }

    private static ulong Bytes(string variable, string value) =>
        ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= MostMebibytes
            ? number << BitsOfMebibyte
            : throw Wrong($"{Shown(variable, value)} is not a whole number of MiB from 0 to {MostMebibytes}: write digits alone, 2048 for 2 GiB");

    private static string Shown(string variable, string value) => $"{variable}={(value.Length > ShownLength ? value[..ShownLength] + "…" : value)}";

    private static HookException Wrong(string message) => new(message);
}
