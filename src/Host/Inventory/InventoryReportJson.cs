using System.Buffers;
using System.Text.Json;

namespace GpuContainers.Host.Inventory;

/// <summary>The report as the JSON object that the child writes and the core reads: one writer and one reader beside each other.</summary>
public static class InventoryReportJson
{
    /// <summary>The report as one JSON object; what is null is left out.</summary>
    public static byte[] Write(InventoryReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        Error(json, "initError", report.InitError);
        Text(json, "driverVersion", report.DriverVersion);
        Number(json, "cudaVersion", report.CudaVersion);
        Error(json, "cudaVersionError", report.CudaVersionError);
        Error(json, "gpusError", report.GpusError);
        Text(json, "driverStoresError", report.DriverStoresError);
        Number(json, "cudaDriverVersion", report.CudaDriverVersion);
        Text(json, "cudaDriverVersionError", report.CudaDriverVersionError);
        Text(json, "computeCapability", report.ComputeCapability);
        Text(json, "computeCapabilityError", report.ComputeCapabilityError);
        json.WriteStartArray("driverStores");
        foreach (string store in report.DriverStores)
            json.WriteStringValue(store);
        json.WriteEndArray();
        json.WriteStartArray("gpus");
        foreach (InventoryGpu gpu in report.Gpus)
            Write(json, gpu);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, InventoryGpu gpu)
    {
        json.WriteStartObject();
        json.WriteNumber("index", gpu.Index);
        Text(json, "name", gpu.Name);
        Text(json, "uuid", gpu.Uuid);
        Error(json, "uuidError", gpu.UuidError);
        Number(json, "minor", gpu.Minor);
        Error(json, "minorError", gpu.MinorError);
        Text(json, "busId", gpu.BusId);
        Error(json, "busIdError", gpu.BusIdError);
        Number(json, "brand", gpu.Brand);
        Text(json, "computeCapability", gpu.ComputeCapability);
        json.WriteBoolean("migCapable", gpu.IsMigCapable);
        json.WriteBoolean("migEnabled", gpu.IsMigEnabled);
        Error(json, "migError", gpu.MigError);
        json.WriteBoolean("coherent", gpu.IsCoherent);
        Error(json, "coherentError", gpu.CoherentError);
        Error(json, "migDevicesError", gpu.MigDevicesError);
        json.WriteStartArray("migDevices");
        foreach (InventoryMig mig in gpu.MigDevices)
        {
            json.WriteStartObject();
            json.WriteNumber("index", mig.Index);
            Text(json, "uuid", mig.Uuid);
            json.WriteNumber("gpuInstance", mig.GpuInstance);
            json.WriteNumber("computeInstance", mig.ComputeInstance);
            json.WriteBoolean("graphics", mig.HasGraphics);
            Text(json, "error", mig.Error);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
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
            return ReadReport(ref reader);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            throw new HostException(HostFailure.Inventory, $"the answer of gpu-inventory is not understood: {malformed.Message}");
        }
    }

    private static InventoryReport ReadReport(ref Utf8JsonReader reader)
    {
        var report = new InventoryReport();
        while (Next(ref reader, out string member))
        {
            report = member switch
            {
                "initError" => report with { InitError = ReadError(ref reader) },
                "driverVersion" => report with { DriverVersion = reader.GetString() },
                "cudaVersion" => report with { CudaVersion = reader.GetInt32() },
                "cudaVersionError" => report with { CudaVersionError = ReadError(ref reader) },
                "gpusError" => report with { GpusError = ReadError(ref reader) },
                "driverStoresError" => report with { DriverStoresError = reader.GetString() },
                "cudaDriverVersion" => report with { CudaDriverVersion = reader.GetInt32() },
                "cudaDriverVersionError" => report with { CudaDriverVersionError = reader.GetString() },
                "computeCapability" => report with { ComputeCapability = reader.GetString() },
                "computeCapabilityError" => report with { ComputeCapabilityError = reader.GetString() },
                "driverStores" => report with { DriverStores = ReadTexts(ref reader) },
                "gpus" => report with { Gpus = ReadGpus(ref reader) },
                _ => Skipped(ref reader, report),
            };
        }
        return report;
    }

    private static InventoryGpu ReadGpu(ref Utf8JsonReader reader)
    {
        var gpu = new InventoryGpu();
        while (Next(ref reader, out string member))
        {
            gpu = member switch
            {
                "index" => gpu with { Index = reader.GetInt32() },
                "name" => gpu with { Name = reader.GetString() ?? "" },
                "uuid" => gpu with { Uuid = reader.GetString() },
                "uuidError" => gpu with { UuidError = ReadError(ref reader) },
                "minor" => gpu with { Minor = reader.GetInt32() },
                "minorError" => gpu with { MinorError = ReadError(ref reader) },
                "busId" => gpu with { BusId = reader.GetString() },
                "busIdError" => gpu with { BusIdError = ReadError(ref reader) },
                "brand" => gpu with { Brand = reader.GetInt32() },
                "computeCapability" => gpu with { ComputeCapability = reader.GetString() },
                "migCapable" => gpu with { IsMigCapable = reader.GetBoolean() },
                "migEnabled" => gpu with { IsMigEnabled = reader.GetBoolean() },
                "migError" => gpu with { MigError = ReadError(ref reader) },
                "coherent" => gpu with { IsCoherent = reader.GetBoolean() },
                "coherentError" => gpu with { CoherentError = ReadError(ref reader) },
                "migDevicesError" => gpu with { MigDevicesError = ReadError(ref reader) },
                "migDevices" => gpu with { MigDevices = ReadMigDevices(ref reader) },
                _ => Skipped(ref reader, gpu),
            };
        }
        return gpu;
    }

    private static InventoryMig ReadMig(ref Utf8JsonReader reader)
    {
        var mig = new InventoryMig();
        while (Next(ref reader, out string member))
        {
            mig = member switch
            {
                "index" => mig with { Index = reader.GetInt32() },
                "uuid" => mig with { Uuid = reader.GetString() },
                "gpuInstance" => mig with { GpuInstance = reader.GetInt32() },
                "computeInstance" => mig with { ComputeInstance = reader.GetInt32() },
                "graphics" => mig with { HasGraphics = reader.GetBoolean() },
                "error" => mig with { Error = reader.GetString() },
                _ => Skipped(ref reader, mig),
            };
        }
        return mig;
    }

    private static DriverError ReadError(ref Utf8JsonReader reader)
    {
        var error = new DriverError(0, "");
        while (Next(ref reader, out string member))
        {
            error = member switch
            {
                "code" => error with { Code = reader.GetInt32() },
                "text" => error with { Text = reader.GetString() ?? "" },
                _ => Skipped(ref reader, error),
            };
        }
        return error;
    }

    private static List<string> ReadTexts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            texts.Add(reader.GetString() ?? "");
        return texts;
    }

    private static List<InventoryGpu> ReadGpus(ref Utf8JsonReader reader)
    {
        var gpus = new List<InventoryGpu>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            gpus.Add(ReadGpu(ref reader));
        return gpus;
    }

    private static List<InventoryMig> ReadMigDevices(ref Utf8JsonReader reader)
    {
        var devices = new List<InventoryMig>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            devices.Add(ReadMig(ref reader));
        return devices;
    }

    // Goes to the next member of the object the reader is in, its value as the current token; false at the end of the object.
    private static bool Next(ref Utf8JsonReader reader, out string member)
    {
        member = "";
        if (!reader.Read())
            throw new JsonException("cut off");
        if (reader.TokenType == JsonTokenType.EndObject)
            return false;
        member = reader.GetString() ?? "";
        return reader.Read();
    }

    private static T Skipped<T>(ref Utf8JsonReader reader, T unchanged)
    {
        reader.Skip();
        return unchanged;
    }

    private static void Error(Utf8JsonWriter json, string member, DriverError? error)
    {
        if (error is null)
            return;
        json.WriteStartObject(member);
        json.WriteNumber("code", error.Code);
        json.WriteString("text", error.Text);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string member, string? value)
    {
        if (value is not null)
            json.WriteString(member, value);
    }

    private static void Number(Utf8JsonWriter json, string member, int? value)
    {
        if (value is { } number)
            json.WriteNumber(member, number);
    }
}
