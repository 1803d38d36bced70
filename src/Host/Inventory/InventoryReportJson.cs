using System.Buffers;
using System.Text.Json;

namespace GpuContainers.Host.Inventory;

/// <summary>The report as the JSON object that the child writes and the core reads: one table says both. What is null is left out.</summary>
public static class InventoryReportJson
{
    private static readonly Member<DriverError>[] s_error =
    [
        Number<DriverError>("code", static error => error.Code, static (error, value) => error with { Code = value }),
        Text<DriverError>("text", static error => error.Text, static (error, value) => error with { Text = value ?? "" }),
    ];

    private static readonly Member<InventoryMig>[] s_mig =
    [
        Number<InventoryMig>("index", static mig => mig.Index, static (mig, value) => mig with { Index = value }),
        Text<InventoryMig>("uuid", static mig => mig.Uuid, static (mig, value) => mig with { Uuid = value }),
        Number<InventoryMig>("gpuInstance", static mig => mig.GpuInstance, static (mig, value) => mig with { GpuInstance = value }),
        Number<InventoryMig>("computeInstance", static mig => mig.ComputeInstance, static (mig, value) => mig with { ComputeInstance = value }),
        Flag<InventoryMig>("graphics", static mig => mig.HasGraphics, static (mig, value) => mig with { HasGraphics = value }),
        Text<InventoryMig>("error", static mig => mig.Error, static (mig, value) => mig with { Error = value }),
    ];

    private static readonly Member<InventoryGpu>[] s_gpu =
    [
        Number<InventoryGpu>("index", static gpu => gpu.Index, static (gpu, value) => gpu with { Index = value }),
        Text<InventoryGpu>("name", static gpu => gpu.Name, static (gpu, value) => gpu with { Name = value ?? "" }),
        Text<InventoryGpu>("uuid", static gpu => gpu.Uuid, static (gpu, value) => gpu with { Uuid = value }),
        Error<InventoryGpu>("uuidError", static gpu => gpu.UuidError, static (gpu, value) => gpu with { UuidError = value }),
        Number<InventoryGpu>("minor", static gpu => gpu.Minor, static (gpu, value) => gpu with { Minor = value }),
        Error<InventoryGpu>("minorError", static gpu => gpu.MinorError, static (gpu, value) => gpu with { MinorError = value }),
        Text<InventoryGpu>("busId", static gpu => gpu.BusId, static (gpu, value) => gpu with { BusId = value }),
        Error<InventoryGpu>("busIdError", static gpu => gpu.BusIdError, static (gpu, value) => gpu with { BusIdError = value }),
        Number<InventoryGpu>("brand", static gpu => gpu.Brand, static (gpu, value) => gpu with { Brand = value }),
        Text<InventoryGpu>("computeCapability", static gpu => gpu.ComputeCapability, static (gpu, value) => gpu with { ComputeCapability = value }),
        Flag<InventoryGpu>("migCapable", static gpu => gpu.IsMigCapable, static (gpu, value) => gpu with { IsMigCapable = value }),
        Flag<InventoryGpu>("migEnabled", static gpu => gpu.IsMigEnabled, static (gpu, value) => gpu with { IsMigEnabled = value }),
        Error<InventoryGpu>("migError", static gpu => gpu.MigError, static (gpu, value) => gpu with { MigError = value }),
        Flag<InventoryGpu>("coherent", static gpu => gpu.IsCoherent, static (gpu, value) => gpu with { IsCoherent = value }),
        Error<InventoryGpu>("coherentError", static gpu => gpu.CoherentError, static (gpu, value) => gpu with { CoherentError = value }),
        Error<InventoryGpu>("migDevicesError", static gpu => gpu.MigDevicesError, static (gpu, value) => gpu with { MigDevicesError = value }),
        List<InventoryGpu, InventoryMig>("migDevices", static gpu => gpu.MigDevices, static (gpu, value) => gpu with { MigDevices = value },
            static (json, mig) => Write(json, s_mig, mig), static (ref Utf8JsonReader reader) => Read(ref reader, s_mig, new InventoryMig())),
    ];

    private static readonly Member<InventoryReport>[] s_report =
    [
        Error<InventoryReport>("initError", static report => report.InitError, static (report, value) => report with { InitError = value }),
        Text<InventoryReport>("driverVersion", static report => report.DriverVersion, static (report, value) => report with { DriverVersion = value }),
        Number<InventoryReport>("cudaVersion", static report => report.CudaVersion, static (report, value) => report with { CudaVersion = value }),
        Error<InventoryReport>("cudaVersionError", static report => report.CudaVersionError,
            static (report, value) => report with { CudaVersionError = value }),
        Error<InventoryReport>("gpusError", static report => report.GpusError, static (report, value) => report with { GpusError = value }),
        Text<InventoryReport>("driverStoresError", static report => report.DriverStoresError,
            static (report, value) => report with { DriverStoresError = value }),
        Number<InventoryReport>("cudaDriverVersion", static report => report.CudaDriverVersion,
            static (report, value) => report with { CudaDriverVersion = value }),
        Text<InventoryReport>("cudaDriverVersionError", static report => report.CudaDriverVersionError,
            static (report, value) => report with { CudaDriverVersionError = value }),
        Text<InventoryReport>("computeCapability", static report => report.ComputeCapability,
            static (report, value) => report with { ComputeCapability = value }),
        Text<InventoryReport>("computeCapabilityError", static report => report.ComputeCapabilityError,
            static (report, value) => report with { ComputeCapabilityError = value }),
        List<InventoryReport, string>("driverStores", static report => report.DriverStores, static (report, value) => report with { DriverStores = value },
            static (json, store) => json.WriteStringValue(store), static (ref Utf8JsonReader reader) => reader.GetString() ?? ""),
        List<InventoryReport, InventoryGpu>("gpus", static report => report.Gpus, static (report, value) => report with { Gpus = value },
            static (json, gpu) => Write(json, s_gpu, gpu), static (ref Utf8JsonReader reader) => Read(ref reader, s_gpu, new InventoryGpu())),
    ];

    private delegate T Reader<T>(ref Utf8JsonReader reader);

    private delegate T MemberReader<T>(ref Utf8JsonReader reader, T value);

    /// <summary>The report as one JSON object.</summary>
    public static byte[] Write(InventoryReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        Write(json, s_report, report);
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write(InventoryReport)"/> wrote; members it does not know are skipped.</summary>
    /// <exception cref="HostException">It is not such an object.</exception>
    public static InventoryReport Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("not an object");
            return Read(ref reader, s_report, new InventoryReport());
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            throw new HostException(HostFailure.Inventory, $"the answer of gpu-inventory is not understood: {malformed.Message}");
        }
    }

    private static void Write<T>(Utf8JsonWriter json, Member<T>[] members, T value)
    {
        json.WriteStartObject();
        foreach (Member<T> member in members)
            member.Write(json, value);
        json.WriteEndObject();
    }

    // The reader stands on what must be the beginning of the object.
    private static T Read<T>(ref Utf8JsonReader reader, Member<T>[] members, T value)
    {
        while (true)
        {
            if (!reader.Read())
                throw new JsonException("cut off");
            if (reader.TokenType == JsonTokenType.EndObject)
                return value;
            string name = reader.GetString() ?? "";
            reader.Read();
            if (Array.Find(members, member => member.Name == name) is { } known)
                value = known.Read(ref reader, value);
            else
                reader.Skip();
        }
    }

    private static Member<T> Text<T>(string name, Func<T, string?> get, Func<T, string?, T> set) => new(name, (json, value) =>
    {
        if (get(value) is { } text)
            json.WriteString(name, text);
    }, (ref Utf8JsonReader reader, T value) => set(value, reader.GetString()));

    private static Member<T> Number<T>(string name, Func<T, int?> get, Func<T, int, T> set) => new(name, (json, value) =>
    {
        if (get(value) is { } number)
            json.WriteNumber(name, number);
    }, (ref Utf8JsonReader reader, T value) => set(value, reader.GetInt32()));

    private static Member<T> Flag<T>(string name, Func<T, bool> get, Func<T, bool, T> set) => new(
        name, (json, value) => json.WriteBoolean(name, get(value)), (ref Utf8JsonReader reader, T value) => set(value, reader.GetBoolean()));

    private static Member<T> Error<T>(string name, Func<T, DriverError?> get, Func<T, DriverError, T> set) => new(name, (json, value) =>
    {
        if (get(value) is not { } error)
            return;
        json.WritePropertyName(name);
        Write(json, s_error, error);
    }, (ref Utf8JsonReader reader, T value) => set(value, Read(ref reader, s_error, new DriverError(0, ""))));

    private static Member<T> List<T, TItem>(
        string name, Func<T, IReadOnlyList<TItem>> get, Func<T, IReadOnlyList<TItem>, T> set, Action<Utf8JsonWriter, TItem> write, Reader<TItem> read) =>
        new(name, (json, value) =>
        {
            json.WriteStartArray(name);
            foreach (TItem item in get(value))
                write(json, item);
            json.WriteEndArray();
        }, (ref Utf8JsonReader reader, T value) =>
        {
            var items = new List<TItem>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                items.Add(read(ref reader));
            return set(value, items);
        });

    private sealed record Member<T>(string Name, Action<Utf8JsonWriter, T> Write, MemberReader<T> Read);
}
